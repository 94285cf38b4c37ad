import Glibc

// The Glibc module leaves out the GNU parts of <spawn.h> and <unistd.h>, and <sys/pidfd.h>. These
// are the C library's own functions (2.36); integers and pointers travel in the same registers
// under both calling conventions on x86-64 and arm64.

@_silgen_name("posix_spawn_file_actions_addclosefrom_np")
func linuxSpawnCloseFrom(
  _ actions: UnsafeMutablePointer<posix_spawn_file_actions_t>, _ first: Int32
) -> Int32

@_silgen_name("posix_spawn_file_actions_addchdir_np")
func linuxSpawnChangeDirectory(
  _ actions: UnsafeMutablePointer<posix_spawn_file_actions_t>, _ path: UnsafePointer<CChar>
) -> Int32

@_silgen_name("pipe2")
func linuxPipe(_ ends: UnsafeMutablePointer<Int32>, _ flags: Int32) -> Int32

@_silgen_name("pidfd_open")
func linuxProcessDescriptor(_ pid: Int32, _ flags: UInt32) -> Int32

@_silgen_name("pidfd_send_signal")
func linuxSendSignal(
  _ descriptor: Int32, _ signal: Int32, _ information: UnsafeMutableRawPointer?, _ flags: UInt32
) -> Int32

/// `POSIX_SPAWN_SETSID` of <spawn.h>.
let spawnInOwnSession: Int32 = 0x80

/// What the C library says about `code`, for messages.
func systemMessage(_ code: Int32 = errno) -> String {
  String(cString: strerror(code))
}
