import Glibc

/// What is known about one end of a connection.
struct Peer {
  let descriptor: Int32
  /// Reading may bring something; false after the kernel said that it has nothing.
  var isReadable = false
  /// Writing may be possible; false until connected and after the kernel said that it is full.
  var isWritable = false
  /// The peer sent a reset, or could not be reached.
  var hasFailed = false

  mutating func note(_ readiness: Readiness) {
    if readiness.contains(.failed) { hasFailed = true }
    if !readiness.isDisjoint(with: [.readable, .failed, .hungUp, .halfClosed]) {
      isReadable = true
    }
    if readiness.contains(.writable) && !hasFailed { isWritable = true }
  }
}

/// What a flow may do now. Delay, jitter and bandwidth would be further cases, with the instant at
/// which to ask again.
enum FlowGate {
  case open
  case stalled
}

/// The bytes that travel from one end of a connection to the other.
///
/// On an open gate the end of the stream is passed on behind the last byte: an orderly end as an
/// orderly end of this direction alone, a reset as a reset of the whole connection. On a stalled
/// gate nothing is read, written or passed on; what arrives waits in the kernel and in `buffer`.
struct Flow: ~Copyable {
  /// How the source's stream ended.
  private enum End {
    case finished
    case reset
  }

  /// What the connection has to do after the flow moved.
  enum Outcome {
    case running
    /// This direction is over and its end was passed on.
    case finished
    /// The whole connection has to be reset.
    case reset
    /// What the source sent is not allowed.
    case refused
  }

  /// Reads and writes in one go, so that a busy flow does not starve the others.
  private static let rounds = 16

  var gate: FlowGate
  private var buffer = FlowBuffer()
  private var filter: EpmdFilter?
  private var end: End?
  private var endWasPassedOn = false
  private var sinkIsGone = false
  private var isRefused = false

  init(gate: FlowGate, filter: EpmdFilter? = nil) {
    self.gate = gate
    self.filter = filter
  }

  /// Bytes that have been read and not written.
  var held: Int { buffer.count }

  /// Moves what can be moved; `more` if it stopped only for the sake of others.
  mutating func pump(
    from source: inout Peer, to sink: inout Peer
  ) -> (forwarded: Int, more: Bool) {
    guard gate == .open else { return (0, false) }
    var forwarded = 0
    for _ in 0..<Self.rounds {
      let didRead = read(from: &source)
      let written = write(to: &sink)
      forwarded += written
      if !didRead && written == 0 { return (forwarded, false) }
    }
    return (forwarded, true)
  }

  /// Passes the end of the stream on when its time has come.
  mutating func settle(from source: Peer, to sink: Peer) -> Outcome {
    if gate == .stalled { return .running }
    if isRefused { return .refused }
    guard buffer.count == 0, let end else { return .running }
    if end == .reset || source.hasFailed { return .reset }
    if endWasPassedOn { return .finished }
    guard sink.isWritable else { return .running }
    shutdown(sink.descriptor, Int32(SHUT_WR))
    endWasPassedOn = true
    return .finished
  }

  private mutating func read(from source: inout Peer) -> Bool {
    let space = buffer.space
    guard end == nil && !sinkIsGone && !isRefused && source.isReadable && space.count > 0 else {
      return false
    }
    let count = recv(source.descriptor, space.baseAddress, space.count, 0)
    if count > 0 {
      take(UnsafeMutableRawBufferPointer(rebasing: space[..<count]))
    } else if count == 0 {
      end = source.hasFailed ? .reset : .finished
    } else if errno == EAGAIN {
      source.isReadable = false
      return false
    } else if errno != EINTR {
      end = .reset
      source.hasFailed = true
    }
    return true
  }

  private mutating func take(_ bytes: UnsafeMutableRawBufferPointer) {
    if let allowed = filter?.pass(bytes), !allowed {
      isRefused = true
      return
    }
    buffer.append(bytes.count)
  }

  private mutating func write(to sink: inout Peer) -> Int {
    guard buffer.count > 0 && sink.isWritable && !isRefused else { return 0 }
    let bytes = buffer.bytes
    let count = send(sink.descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
    if count >= 0 {
      buffer.remove(count)
      return count
    }
    if errno == EAGAIN {
      sink.isWritable = false
    } else if errno != EINTR {
      sinkIsGone = true
      buffer.removeAll()
      sink.hasFailed = true
      sink.isReadable = true
    }
    return 0
  }
}
