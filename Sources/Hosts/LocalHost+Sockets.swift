package import Environment
import Glibc

extension LocalHost {
  /// Who listens at `host`:`port`, or so widely that it includes it; nil if nobody does.
  package func listener(at host: String, port: Int) -> SocketOwner? {
    for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
      // A line has 150 bytes.
      let lines = (readText(table, limit: 1 << 26) ?? "").split(separator: "\n")
      for line in lines {
        guard let entry = SocketTableEntry(line: String(line)), entry.occupies(host, port) else {
          continue
        }
        let pid = owner(ofSocket: entry.inode)
        return SocketOwner(
          host: entry.host, port: entry.port, pid: pid,
          command: pid.map { commandLine(of: $0) } ?? "")
      }
    }
    return nil
  }

  /// Listens at `host`:`port` until the claim is released, so that no other run takes the address.
  package func claim(_ host: String, port: Int) throws(SystemFailure) -> AddressClaim {
    guard var address = SocketAddress(host, port) else {
      throw SystemFailure(.failed, "\(host):\(port) is not an IPv4 address with a port")
    }
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else {
      throw SystemFailure(.failed, "could not open a socket: \(systemMessage())")
    }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    var one: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
    let isTaken = address.with { bind(descriptor, $0, $1) } != 0 || listen(descriptor, 1) != 0
    guard !isTaken else {
      let code = errno
      close(descriptor)
      throw inUse(host, port, code)
    }
    return AddressClaim(descriptor)
  }

  /// Whether somebody could listen at `host`:`port` now; the error says who does.
  package func checkFree(_ host: String, port: Int) throws(SystemFailure) {
    try claim(host, port: port).release()
  }

  /// Whether a connection to `host`:`port` is accepted within `timeout`.
  package func accepts(_ host: String, port: Int, timeout: Duration) async -> Bool {
    await onOwnThread {
      guard let descriptor = connected(host, port, timeout) else { return false }
      close(descriptor)
      return true
    }
  }

  /// A connected socket that does not block; nil if there is none within `timeout`. Blocks.
  func connected(_ host: String, _ port: Int, _ timeout: Duration) -> Int32? {
    guard var address = SocketAddress(host, port) else { return nil }
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return nil }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    if address.with({ connect(descriptor, $0, $1) }) == 0 { return descriptor }
    var status: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    guard errno == EINPROGRESS, wait(descriptor, POLLOUT, .now + timeout),
      getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &status, &size) == 0, status == 0
    else {
      close(descriptor)
      return nil
    }
    return descriptor
  }

  /// Whether the socket becomes ready before the deadline. Blocks.
  func wait(_ descriptor: Int32, _ event: Int32, _ deadline: ContinuousClock.Instant) -> Bool {
    var polled = pollfd(fd: descriptor, events: Int16(event), revents: 0)
    let time = Int32(clamping: Int64((deadline - .now) / .milliseconds(1)))
    return poll(&polled, 1, max(0, time)) == 1
  }

  private func inUse(_ host: String, _ port: Int, _ code: Int32) -> SystemFailure {
    guard code == EADDRINUSE else {
      return SystemFailure(
        .failed, "could not listen at \(host):\(port): \(systemMessage(code))")
    }
    let owner = listener(at: host, port: port).map { "\($0)" } ?? "a socket that is being closed"
    return SystemFailure(
      .addressInUse,
      "\(host):\(port) is in use by \(owner). End that process or choose another address.")
  }

  /// The oldest process that has the socket: a child has its parent's until it becomes another
  /// program.
  private func owner(ofSocket inode: UInt64) -> Int32? {
    let wanted = "socket:[\(inode)]"
    let owners = directoryEntries("/proc").compactMap { Int32($0) }.filter { pid in
      directoryEntries("/proc/\(pid)/fd").contains { entry in
        linkTarget("/proc/\(pid)/fd/\(entry)") == wanted
      }
    }
    return owners.min { start(of: $0) < start(of: $1) }
  }

  private func start(of pid: Int32) -> UInt64 { status(of: pid)?.startTicks ?? .max }

  private func linkTarget(_ path: String) -> String? {
    let size = 256
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { room, count in
      room.withMemoryRebound(to: CChar.self) { text in
        count = text.baseAddress.map { max(0, readlink(path, $0, size)) } ?? 0
      }
    }
    return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
  }
}

/// An address that is kept from others by listening at it; given back by `release` at the latest
/// when this program ends.
package struct AddressClaim: Sendable {
  private let descriptor: Int32

  init(_ descriptor: Int32) {
    self.descriptor = descriptor
  }

  /// Gives the address back; to be called once.
  package func release() {
    // A child between fork and exec still has the socket; this ends the listening for it as well.
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
  }
}

/// An IPv4 address in the form that system calls take.
private struct SocketAddress {
  private var raw = sockaddr_in()

  init?(_ host: String, _ port: Int) {
    guard let port = UInt16(exactly: port), inet_pton(AF_INET, host, &raw.sin_addr) == 1 else {
      return nil
    }
    raw.sin_family = sa_family_t(AF_INET)
    raw.sin_port = port.bigEndian
  }

  mutating func with<Value>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Value) -> Value {
    withUnsafePointer(to: &raw) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
}
