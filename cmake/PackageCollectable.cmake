# With the component `library`, unless WINJOB_COLLECTABLE is off: winjob::collectable for
# find_package(winjob COMPONENTS collectable), which shows jobs in a prometheus-cpp registry of the user's own.
find_package(prometheus-cpp CONFIG REQUIRED)

# What of the agent and the exporter reads a job and names its series; nothing of them is seen from outside.
set(sources agent/counter_guard.cc agent/limit_reading.cc agent/query_errors.cc config/utf8.cc
  exporter/accounting_families.cc exporter/family_model.cc exporter/job_collectable.cc exporter/limit_families.cc
  exporter/value.cc)
list(TRANSFORM sources PREPEND "${PROJECT_SOURCE_DIR}/")

add_library(winjob_collectable STATIC ${sources})
set_target_properties(winjob_collectable PROPERTIES EXPORT_NAME collectable)
target_include_directories(winjob_collectable PRIVATE "${PROJECT_SOURCE_DIR}")
target_link_libraries(winjob_collectable
  PUBLIC winjob_package prometheus-cpp::core PRIVATE "$<BUILD_INTERFACE:project_warnings>")

install(TARGETS winjob_collectable EXPORT winjobCollectable COMPONENT library)
install(FILES "${PROJECT_SOURCE_DIR}/exporter/job_collectable.h"
  DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/winjob/exporter" COMPONENT library)
install(EXPORT winjobCollectable NAMESPACE winjob:: FILE winjobCollectableTargets.cmake
  DESTINATION "${config_folder}" COMPONENT library)
