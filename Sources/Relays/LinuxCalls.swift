import Glibc

// The Glibc module leaves out <sys/epoll.h>, <sys/signalfd.h> and the GNU part of <sys/socket.h>.
// These are the C library's own functions; integers and pointers travel in the same registers
// under both calling conventions on x86-64 and arm64.

@_silgen_name("epoll_create1")
func linuxEpollCreate(_ flags: Int32) -> Int32

@_silgen_name("epoll_ctl")
func linuxEpollControl(
  _ epoll: Int32, _ operation: Int32, _ descriptor: Int32, _ event: UnsafeMutableRawPointer?
) -> Int32

@_silgen_name("epoll_wait")
func linuxEpollWait(
  _ epoll: Int32, _ events: UnsafeMutableRawPointer, _ capacity: Int32, _ milliseconds: Int32
) -> Int32

@_silgen_name("accept4")
func linuxAccept(
  _ listener: Int32, _ address: UnsafeMutableRawPointer?, _ length: UnsafeMutableRawPointer?,
  _ flags: Int32
) -> Int32

@_silgen_name("signalfd")
func linuxSignalDescriptor(
  _ descriptor: Int32, _ signals: UnsafePointer<sigset_t>, _ flags: Int32
) -> Int32

/// `SO_MEMINFO` of <asm/socket.h>: nine counters, of which the last is the number of drops.
let socketMemoryInfo: Int32 = 55

/// What the C library says about `code`, for messages.
func systemMessage(_ code: Int32 = errno) -> String {
  String(cString: strerror(code))
}
