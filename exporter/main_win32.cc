// The entry point on Windows, which is given wide arguments: those of `main` lack what the code page has no words for.
// They come from the C runtime, for CommandLineToArgvW is shell32.dll's, which takes long to load.
#include "exporter/program.h"
#include "winjob/wide_text.h"

int _dowildcard = 0;  // to MinGW's runtime: an asterisk is an asterisk

extern "C" int wmain(int argc, wchar_t** argv) {
  std::vector<std::string> words;
  for (int i = 1; i < argc; ++i) words.push_back(winjob::kernel::ToUtf8(argv[i]));
  return winjob::exporter::RunProgram(std::move(words));
}
