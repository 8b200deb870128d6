# embed_texts(output.cc file...): a C++ source that defines `kEmbedded`, a table of {name, text} of these files. Texts are
# cut into pieces, for compilers take only so much in one literal.
function(embed_texts output)
  set(rows "")
  foreach(path ${ARGN})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${path}")
    file(READ "${path}" hex HEX)
    get_filename_component(name "${path}" NAME)
    string(REGEX REPLACE "(..)" "\\\\x\\1" text "${hex}")
    string(LENGTH "${text}" length)
    set(pieces "")
    set(at 0)
    while(at LESS length)
      string(SUBSTRING "${text}" ${at} 4000 piece)
      string(APPEND pieces "\n     \"${piece}\"")
      math(EXPR at "${at} + 4000")
    endwhile()
    math(EXPR size "${length} / 4")
    string(APPEND rows "    {\"${name}\", std::string_view(${pieces},\n     ${size})},\n")
  endforeach()
  file(CONFIGURE OUTPUT "${output}" @ONLY CONTENT "// Generated from the files it names.
#include \"exporter/landing/embedded.h\"

namespace winjob::exporter::landing {

const Embedded kEmbedded[] = {
${rows}};

}  // namespace winjob::exporter::landing
")
endfunction()
