import Glibc

/// System calls on the relay's TCP sockets, all of them non-blocking.
enum TCPSocket {
  /// What is asked of the kernel for each receive and send buffer of a relayed connection, which
  /// doubles it. Fixed, so that neither grows to megabytes.
  static let bufferBytes: Int32 = 16_384

  /// The segment size announced to peers: an Ethernet's instead of loopback's 65,483, because a
  /// sender's own buffer starts at twenty segments.
  static let segmentBytes: Int32 = 1460

  /// Bounds on what the kernel may hold: set before a connection exists.
  static func boundBuffers(of descriptor: Int32) {
    setOption(descriptor, SOL_SOCKET, SO_RCVBUF, bufferBytes)
    setOption(descriptor, SOL_SOCKET, SO_SNDBUF, bufferBytes)
    setOption(descriptor, Int32(IPPROTO_TCP), TCP_MAXSEG, segmentBytes)
  }

  /// A new socket, or -1 with `errno` set.
  static func make() -> Int32 {
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    return socket(AF_INET, kind, 0)
  }

  /// A new socket for a connection that the relay will make, or -1 with `errno` set.
  static func outgoing() -> Int32 {
    let descriptor = make()
    guard descriptor >= 0 else { return -1 }
    boundBuffers(of: descriptor)
    sendAtOnce(descriptor)
    return descriptor
  }

  /// Sends `descriptor` on its way to `endpoint`; false if the kernel refused at once.
  static func connect(_ descriptor: Int32, to endpoint: RelayEndpoint) -> Bool {
    let result = endpoint.withSocketAddress { Glibc.connect(descriptor, $0, $1) }
    return result == 0 || errno == EINPROGRESS
  }

  /// Switches Nagle's algorithm off: the relay must not add to what the two ends do.
  static func sendAtOnce(_ descriptor: Int32) {
    setOption(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
  }

  /// Closes `descriptor` so that its peer sees a reset.
  static func reset(_ descriptor: Int32) {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    close(descriptor)
  }

  /// Bytes that have arrived at `descriptor` and were not read.
  static func unread(_ descriptor: Int32) -> Int {
    var count: Int32 = 0
    return ioctl(descriptor, UInt(FIONREAD), &count) == 0 ? Int(count) : 0
  }

  /// The address that `descriptor` is bound to.
  static func localEndpoint(of descriptor: Int32) -> RelayEndpoint? {
    var raw = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &raw) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &size)
      }
    }
    return result == 0 ? RelayEndpoint(raw) : nil
  }

  static func setOption(_ descriptor: Int32, _ level: Int32, _ name: Int32, _ value: Int32) {
    var value = value
    setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
  }
}
