#ifndef STOAT_CLINUX_SHIM_H
#define STOAT_CLINUX_SHIM_H

// What Swift's Glibc module leaves out of the C library (2.36 or later). Whole headers where Glibc
// has nothing of them; wrappers for the GNU parts of those that it has, since Glibc is built
// without them. shim.c is compiled against the real declarations.
//
// No header with the constants of sockets or files: they would belong to this module instead of
// Glibc, for every file that does not import both.

#include <spawn.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>

/// POSIX_SPAWN_SETSID of <spawn.h>: the new process begins a session of its own.
extern const short stoat_spawn_own_session;

/// SO_MEMINFO of <asm/socket.h>: nine counters, of which the last is the number of drops.
extern const int stoat_socket_memory_info;

/// posix_spawn_file_actions_addclosefrom_np of <spawn.h>.
int stoat_spawn_close_from(posix_spawn_file_actions_t *actions, int first);

/// posix_spawn_file_actions_addchdir_np of <spawn.h>.
int stoat_spawn_change_directory(posix_spawn_file_actions_t *actions, const char *path);

/// pipe2 of <unistd.h>.
int stoat_pipe(int ends[2], int flags);

/// accept4 of <sys/socket.h>: `address` is a struct sockaddr or null, `length` a socklen_t or null.
int stoat_accept(int listener, void *address, unsigned int *length, int flags);

/// pidfd_open of <sys/pidfd.h>.
int stoat_process_descriptor(int process, unsigned int flags);

/// pidfd_send_signal of <sys/pidfd.h>, without information for the receiver.
int stoat_send_signal(int process_descriptor, int signal);

#endif
