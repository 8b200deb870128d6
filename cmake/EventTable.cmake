# event_table(output.cc file.mc): a C++ source with the table of exporter/service/events.h, on every system.
function(event_table output file)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
  file(READ "${file}" text)
  string(REPLACE ";" "<semicolon>" text "${text}")  # which would cut a list
  string(REGEX MATCHALL "MessageId=[0-9]+\nSeverity=[A-Za-z]+\n[^%]*%n%n%1\n\\.\n" blocks "${text}")
  set(rows "")
  foreach(block ${blocks})
    if(NOT block MATCHES "^MessageId=([0-9]+)\nSeverity=(Informational|Warning|Error)\n.*\nLanguage=English\n([^\n\"\\\\]+)%n%n%1\n")
      message(FATAL_ERROR "${file}: not understood: ${block}")
    endif()
    set(number "${CMAKE_MATCH_1}")
    set(severity "${CMAKE_MATCH_2}")
    string(REPLACE "<semicolon>" ";" message "${CMAKE_MATCH_3}")
    string(REPLACE "Informational" "Info" severity "${severity}")
    string(APPEND rows "    {${number}, Severity::k${severity}, \"${message}\"},\n")
  endforeach()
  string(REGEX MATCHALL "MessageId=" ids "${text}")
  list(LENGTH ids expected)
  list(LENGTH blocks found)
  if(NOT found EQUAL expected)
    message(FATAL_ERROR "${file}: ${expected} messages, of which ${found} are understood")
  endif()
  file(CONFIGURE OUTPUT "${output}" @ONLY CONTENT "// Generated from events.mc.
#include \"exporter/service/events.h\"

namespace winjob::exporter::service {
namespace {

using agent::Severity;

constexpr Event kEvents[] = {
${rows}};

}  // namespace

std::span<const Event> Events() { return kEvents; }

}  // namespace winjob::exporter::service
")
endfunction()

# message_table(target file.mc): compiles the texts into the resources of a program, by the message compiler of the
# toolchain. On other systems than Windows it does nothing.
function(message_table target file)
  if(NOT WIN32)
    return()
  endif()
  if(MINGW)
    find_program(WINJOB_MESSAGE_COMPILER NAMES x86_64-w64-mingw32-windmc windmc REQUIRED)
  else()
    find_program(WINJOB_MESSAGE_COMPILER NAMES mc REQUIRED)  # of the Windows SDK
  endif()
  get_filename_component(name "${file}" NAME_WE)
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/messages")
  file(MAKE_DIRECTORY "${folder}")
  add_custom_command(OUTPUT "${folder}/${name}.rc" "${folder}/${name}_en.bin" "${folder}/${name}.h"
    COMMAND "${WINJOB_MESSAGE_COMPILER}" -a -U -h "${folder}" -r "${folder}" "${file}"
    DEPENDS "${file}" VERBATIM)
  target_sources(${target} PRIVATE "${folder}/${name}.rc")
  set_source_files_properties("${folder}/${name}.rc" PROPERTIES
    INCLUDE_DIRECTORIES "${folder}" OBJECT_DEPENDS "${folder}/${name}_en.bin")
endfunction()
