import CLinux
import Environment
import Glibc
import Testing

@testable import Relays

/// What a test could not do or did not see in time.
struct TestFailure: Error, CustomStringConvertible {
  let description: String
}

/// Waits until `condition` holds, without blocking the thread; throws after a generous time.
func eventually(
  _ what: String, within limit: Duration = .seconds(30), _ condition: () throws -> Bool
) async throws {
  let clock = MonotonicClock()
  let deadline = Deadline(after: limit, from: clock.now())
  while try !condition() {
    if deadline.hasPassed(at: clock.now()) { throw TestFailure(description: "never: \(what)") }
    try await Task.sleep(for: .milliseconds(2))
  }
}

/// How the stream of a plain socket ended.
enum StreamEnd: Equatable {
  case finished
  case reset
}

/// A plain TCP socket of a test, non-blocking, with the system's default buffers.
final class Plug: Sendable {
  let descriptor: Int32

  init(owning descriptor: Int32) {
    self.descriptor = descriptor
    TCPSocket.setOption(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
  }

  deinit {
    close(descriptor)
  }

  /// A socket that has begun to connect.
  static func connecting(to endpoint: RelayEndpoint) throws -> Plug {
    let plug = Plug(owning: TCPSocket.make())
    let result = endpoint.withSocketAddress { connect(plug.descriptor, $0, $1) }
    guard result == 0 || errno == EINPROGRESS else {
      throw TestFailure(description: "connect to \(endpoint): \(systemMessage())")
    }
    return plug
  }

  static func connected(to endpoint: RelayEndpoint) async throws -> Plug {
    let plug = try connecting(to: endpoint)
    try await eventually("connected to \(endpoint)") { plug.state == TCP_ESTABLISHED }
    return plug
  }

  var state: Int {
    var info = tcp_info()
    var size = socklen_t(MemoryLayout<tcp_info>.size)
    getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_INFO, &info, &size)
    return Int(info.tcpi_state)
  }

  /// Bytes that the kernel took from this socket and the other side has not acknowledged.
  var unacknowledged: Int {
    var count: Int32 = 0
    return ioctl(descriptor, UInt(TIOCOUTQ), &count) == 0 ? Int(count) : -1
  }

  /// Sends what the kernel takes now.
  func trySend(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.withUnsafeBytes {
      max(0, send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)))
    }
  }

  func sendAll(_ bytes: [UInt8]) async throws {
    var sent = 0
    try await eventually("sent \(bytes.count) bytes", within: .seconds(120)) {
      while sent < bytes.count {
        let count = trySend(bytes[sent...])
        if count == 0 { return false }
        sent += count
      }
      return true
    }
  }

  func sendAll(_ text: String) async throws {
    try await sendAll(Array(text.utf8))
  }

  /// Bytes that have arrived, at most `limit`; nil and the end if there are none and never will be.
  func tryReceive(_ limit: Int) -> (bytes: [UInt8], end: StreamEnd?) {
    var end: StreamEnd?
    let bytes = [UInt8](unsafeUninitializedCapacity: limit) { room, count in
      let result = recv(descriptor, room.baseAddress, limit, 0)
      if result == 0 { end = .finished }
      if result < 0 && errno != EAGAIN { end = .reset }
      count = max(0, result)
    }
    return (bytes, end)
  }

  func receive(_ count: Int) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    try await eventually("\(count) bytes", within: .seconds(120)) {
      while bytes.count < count {
        let (part, end) = tryReceive(min(count - bytes.count, 1 << 16))
        if let end { throw TestFailure(description: "\(end) after \(bytes.count) of \(count)") }
        if part.isEmpty { return false }
        bytes += part
      }
      return true
    }
    return bytes
  }

  func receiveText(_ count: Int) async throws -> String {
    String(decoding: try await receive(count), as: UTF8.self)
  }

  func receiveEnd() async throws -> StreamEnd {
    var found: StreamEnd?
    try await eventually("an end of stream") {
      let (bytes, end) = tryReceive(1)
      guard bytes.isEmpty else { throw TestFailure(description: "a byte before the end") }
      found = end
      return end != nil
    }
    return try #require(found)
  }

  /// Whether nothing arrives, neither a byte nor an end, while `duration` passes.
  func staysSilent(for duration: Duration = .milliseconds(300)) async throws -> Bool {
    try await Task.sleep(for: duration)
    let (bytes, end) = tryReceive(1)
    return bytes.isEmpty && end == nil
  }

  /// Ends the outgoing direction alone.
  func finish() {
    shutdown(descriptor, Int32(SHUT_WR))
  }

  /// Closes the socket so that the other side sees a reset.
  func reset() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    closeNow()
  }

  /// Closes the socket; the descriptor stays taken, so that nobody else can get its number.
  func closeNow() {
    let null = open("/dev/null", O_RDWR | O_CLOEXEC)
    dup2(null, descriptor)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    close(null)
  }
}

/// A listening socket of a test.
final class Outlet: Sendable {
  private let descriptor: Int32
  let endpoint: RelayEndpoint

  init(at wanted: RelayEndpoint = .loopback(port: 0)) throws {
    descriptor = TCPSocket.make()
    TCPSocket.setOption(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
    let descriptor = descriptor
    guard wanted.withSocketAddress({ bind(descriptor, $0, $1) }) == 0,
      listen(descriptor, 128) == 0
    else { throw TestFailure(description: "listen at \(wanted): \(systemMessage())") }
    endpoint = try #require(TCPSocket.localEndpoint(of: descriptor))
  }

  deinit {
    close(descriptor)
  }

  func tryAccept() -> Plug? {
    let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let accepted = stoat_accept(descriptor, nil, nil, flags)
    return accepted < 0 ? nil : Plug(owning: accepted)
  }

  func accept() async throws -> Plug {
    var plug: Plug?
    try await eventually("a connection at \(endpoint)") {
      plug = tryAccept()
      return plug != nil
    }
    return try #require(plug)
  }
}
