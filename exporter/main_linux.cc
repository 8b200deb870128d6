// The entry point on Linux.
#include "exporter/program.h"

int main(int argc, char** argv) { return winjob::exporter::RunProgram({argv + (argc > 0 ? 1 : 0), argv + argc}); }
