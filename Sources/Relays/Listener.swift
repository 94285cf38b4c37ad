import CLinux
import Glibc

/// A listening socket that can make connects hang, as they do across a cut network.
///
/// The kernel completes a connect to a listening socket without the program's help, as long as its
/// accept queue has room. So to hang, the queue is shortened to one place and the relay takes that
/// place itself, with a connection of its own (a filler): further connection requests are dropped
/// and their senders retry after 1, 3, 7, … seconds, until the relay accepts again.
final class Listener {
  /// What `accept` found.
  enum Arrival {
    case connection(Int32)
    case filler
    case nothing
    /// The process or machine has no descriptor or memory for another connection just now.
    case exhausted
  }

  /// How many connections may wait to be accepted while connects complete.
  static let backlog: Int32 = 256
  private static let mostFillers = 4
  private static let fillerWaits = 50

  let descriptor: Int32
  /// Where the socket listens, with the port that the kernel chose if it had to.
  let endpoint: RelayEndpoint
  private(set) var isHanging = false
  private var fillers: [Int32] = []
  private var fillerEndpoints: Set<RelayEndpoint> = []
  private var dropsBefore: UInt32 = 0

  /// Listens at `endpoint`.
  init(at endpoint: RelayEndpoint) throws(RelayError) {
    let descriptor = TCPSocket.make()
    guard descriptor >= 0 else { throw Self.failure(endpoint) }
    TCPSocket.setOption(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
    TCPSocket.boundBuffers(of: descriptor)
    guard endpoint.withSocketAddress({ bind(descriptor, $0, $1) }) == 0,
      listen(descriptor, Self.backlog) == 0,
      let bound = TCPSocket.localEndpoint(of: descriptor)
    else {
      let error = Self.failure(endpoint)
      close(descriptor)
      throw error
    }
    self.descriptor = descriptor
    self.endpoint = bound
  }

  deinit {
    for filler in fillers { TCPSocket.reset(filler) }
    close(descriptor)
  }

  private static func failure(_ endpoint: RelayEndpoint) -> RelayError {
    let code = errno
    guard code == EADDRINUSE else {
      return RelayError(.system, "cannot listen at \(endpoint): \(systemMessage(code))")
    }
    return RelayError(
      .addressInUse,
      "cannot listen at \(endpoint): port \(endpoint.port) of \(endpoint.host) or of all addresses "
        + "is in use; end its owner (ss -ltnp 'sport = :\(endpoint.port)') or use other ports")
  }

  /// Takes the next connection out of the accept queue.
  func accept() -> Arrival {
    var raw = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let accepted = stoat_accept(descriptor, &raw, &size, flags)
    guard accepted >= 0 else {
      switch errno {
      case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted
      case ECONNABORTED, EINTR: return .filler
      default: return .nothing
      }
    }
    if fillerEndpoints.remove(RelayEndpoint(raw)) != nil {
      TCPSocket.reset(accepted)
      return .filler
    }
    TCPSocket.sendAtOnce(accepted)
    return .connection(accepted)
  }

  /// Makes connects hang from now on; false if they still complete. The accept queue must have been
  /// emptied just before.
  func hang() -> Bool {
    listen(descriptor, 0)
    isHanging = true
    for _ in 0..<Self.mostFillers where !queueIsFull { addFiller() }
    dropsBefore = drops
    return queueIsFull
  }

  /// Lets connects complete again; the fillers are still to be accepted.
  func complete() {
    isHanging = false
    listen(descriptor, Self.backlog)
    for filler in fillers { TCPSocket.reset(filler) }
    fillers.removeAll()
  }

  /// Connection requests dropped since connects began to hang.
  var droppedConnects: UInt64 {
    isHanging ? UInt64(drops &- dropsBefore) : 0
  }

  /// Whether the kernel has no room for another connection: while listening, TCP_INFO shows the
  /// length of the accept queue in `tcpi_unacked` and its limit in `tcpi_sacked`.
  var queueIsFull: Bool {
    var info = tcp_info()
    var size = socklen_t(MemoryLayout<tcp_info>.size)
    guard getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_INFO, &info, &size) == 0 else {
      return false
    }
    return info.tcpi_unacked > info.tcpi_sacked
  }

  private var drops: UInt32 {
    let count = 9
    return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: count) { counters in
      counters.initialize(repeating: 0)
      var size = socklen_t(count * MemoryLayout<UInt32>.size)
      getsockopt(descriptor, SOL_SOCKET, stoat_socket_memory_info, counters.baseAddress, &size)
      return counters[count - 1]
    }
  }

  private func addFiller() {
    let filler = TCPSocket.make()
    guard filler >= 0 else { return }
    _ = endpoint.withSocketAddress { connect(filler, $0, $1) }
    if let local = TCPSocket.localEndpoint(of: filler) { fillerEndpoints.insert(local) }
    fillers.append(filler)
    for _ in 0..<Self.fillerWaits where !queueIsFull { usleep(200) }
  }
}
