#include <stdlib.h>
#include <unistd.h>

#include "start.h"

static int argument_count;
static char **arguments;

// Before the constructors of the Swift runtime, which ask for its path; glibc hands the arguments
// of main to every constructor.
__attribute__((constructor(101))) static void take_arguments(int count, char **values) {
  argument_count = count;
  arguments = values;
  // The root of the toolchain, which the runtime looks for to write backtraces: here is none.
  if (access("/proc/self/exe", F_OK) != 0) setenv("SWIFT_ROOT", "/", 0);
}

int stoat_argument_count(void) { return argument_count; }

const char *stoat_argument(int index) {
  return index >= 0 && index < argument_count ? arguments[index] : 0;
}
