#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "shim.h"

const short stoat_spawn_own_session = POSIX_SPAWN_SETSID;
const int stoat_socket_memory_info = SO_MEMINFO;

int stoat_spawn_close_from(posix_spawn_file_actions_t *actions, int first) {
  return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

int stoat_spawn_change_directory(posix_spawn_file_actions_t *actions, const char *path) {
  return posix_spawn_file_actions_addchdir_np(actions, path);
}

int stoat_pipe(int ends[2], int flags) { return pipe2(ends, flags); }

int stoat_accept(int listener, void *address, unsigned int *length, int flags) {
  return accept4(listener, address, length, flags);
}

int stoat_process_descriptor(int process, unsigned int flags) {
  return pidfd_open(process, flags);
}

int stoat_send_signal(int process_descriptor, int signal) {
  return pidfd_send_signal(process_descriptor, signal, 0, 0);
}
