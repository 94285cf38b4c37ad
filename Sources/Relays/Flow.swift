import Environment
import Glibc

/// What a flow may do now. A shape's delay and rate are no gates: they say when each chunk is due.
enum FlowGate {
  case open
  case stalled
}

/// The bytes that travel from one end of a connection to the other.
///
/// On an open gate the end of the stream is passed on behind the last byte: an orderly end as an
/// orderly end of this direction alone, a reset as a reset of the whole connection. On a stalled
/// gate nothing is read, written or passed on; what arrives waits in the kernel and in `buffer`.
/// A shaped flow reads no more than its shape lets it hold, and hands on bytes and ends when due.
struct Flow: ~Copyable {
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

  /// What one pump did.
  struct Moved {
    /// Bytes handed on.
    var bytes = 0
    /// Whether it stopped only for the sake of other flows.
    var isBusy = false
    /// What a shape did to those bytes.
    var tally = HoldTally()
  }

  private struct Transit {
    let shaper: Shaper
    var schedule: ChunkSchedule
  }

  /// Reads and writes in one go, so that a busy flow does not starve the others.
  private static let rounds = 16

  var gate: FlowGate
  private var buffer = FlowBuffer()
  private var filter: EpmdFilter?
  private var transit: Transit?
  /// When the source's orderly end has to be passed on; nil before the source ended so.
  private var finishDue: Instant?
  /// When the source's reset has to be passed on.
  private var resetDue: Instant?
  private var finishWasPassedOn = false
  private var sinkIsGone = false
  private var isRefused = false

  init(gate: FlowGate, filter: EpmdFilter? = nil) {
    self.gate = gate
    self.filter = filter
  }

  /// Bytes that have been read and not written.
  var held: Int { buffer.count }

  /// Follows another shaper, or none: then all that is held is due at once. Nothing is read before
  /// `opening` unless the flow had a shaper before.
  mutating func follow(_ shaper: Shaper?, generator: SeededGenerator, opening: Instant) {
    guard let shaper else {
      transit = nil
      buffer.setLimit(FlowBuffer.capacity)
      return
    }
    var schedule = transit?.schedule
    schedule?.reshape(shaper.shape, generator: generator)
    transit = Transit(
      shaper: shaper,
      schedule: schedule
        ?? ChunkSchedule(
          shaper.shape, generator: generator, opening: opening, held: buffer.count))
    buffer.setLimit(shaper.shape.holdsBytes ? LinkShape.heldBytes : FlowBuffer.capacity)
  }

  /// Moves what can be moved.
  mutating func pump(
    from source: inout Peer, to sink: inout Peer, clock: MonotonicClock
  ) -> Moved {
    var moved = Moved()
    guard gate == .open else { return moved }
    for _ in 0..<Self.rounds {
      let didRead = read(from: &source, clock)
      let written = write(to: &sink, clock, &moved)
      moved.bytes += written
      if !didRead && written == 0 { return moved }
    }
    moved.isBusy = true
    return moved
  }

  /// Passes the end of the stream on when its time has come.
  mutating func settle(from source: Peer, to sink: Peer, clock: MonotonicClock) -> Outcome {
    if gate == .stalled { return .running }
    if isRefused { return .refused }
    if finishDue != nil && resetDue == nil && source.hasFailed { resetDue = dueOfEnd(clock) }
    guard buffer.count == 0 else { return .running }
    if let resetDue, isDue(resetDue, clock) { return .reset }
    guard let finishDue, isDue(finishDue, clock) else { return .running }
    if finishWasPassedOn { return .finished }
    guard sink.isWritable else { return .running }
    shutdown(sink.descriptor, Int32(SHUT_WR))
    finishWasPassedOn = true
    return .finished
  }

  /// When a shaped flow can move again although nothing happens to its sockets.
  func wake(from source: Peer, to sink: Peer) -> Instant? {
    guard gate == .open, let schedule = transit?.schedule else { return nil }
    var wake: Instant?
    if let due = schedule.nextDue, sink.isWritable { wake.lower(to: due) }
    if buffer.count == 0 {
      if let resetDue { wake.lower(to: resetDue) }
      if let finishDue, !finishWasPassedOn && sink.isWritable { wake.lower(to: finishDue) }
    }
    if canRead(from: source) && !schedule.isFull { wake.lower(to: schedule.readableAt) }
    return wake
  }

  // MARK: - Reading

  private func canRead(from source: Peer) -> Bool {
    let isOver = finishDue != nil || resetDue != nil || sinkIsGone || isRefused
    return !isOver && source.isReadable && buffer.space.count > 0
  }

  private mutating func read(from source: inout Peer, _ clock: MonotonicClock) -> Bool {
    guard canRead(from: source) else { return false }
    var space = buffer.space
    if let schedule = transit?.schedule {
      guard !schedule.isFull && schedule.readableAt <= clock.now() else { return false }
      space = UnsafeMutableRawBufferPointer(rebasing: space.prefix(schedule.chunkLimit))
    }
    let count = recv(source.descriptor, space.baseAddress, space.count, 0)
    if count > 0 {
      take(UnsafeMutableRawBufferPointer(rebasing: space[..<count]), clock)
    } else if count == 0 {
      if source.hasFailed { resetDue = dueOfEnd(clock) } else { finishDue = dueOfEnd(clock) }
    } else if errno == EAGAIN {
      source.isReadable = false
      return false
    } else if errno != EINTR {
      resetDue = dueOfEnd(clock)
      source.hasFailed = true
    }
    return true
  }

  private mutating func take(_ bytes: UnsafeMutableRawBufferPointer, _ clock: MonotonicClock) {
    if let allowed = filter?.pass(bytes), !allowed {
      isRefused = true
      return
    }
    buffer.append(bytes.count)
    guard let shaper = transit?.shaper else { return }
    // The clock is read after the bytes, so that they are never held for less than asked.
    transit?.schedule.enter(bytes.count, at: clock.now(), over: &shaper.wire)
  }

  private mutating func dueOfEnd(_ clock: MonotonicClock) -> Instant {
    guard transit != nil else { return .zero }
    return transit?.schedule.dueOfEnd(at: clock.now()) ?? .zero
  }

  // MARK: - Writing

  private func isDue(_ instant: Instant, _ clock: MonotonicClock) -> Bool {
    transit == nil || instant <= clock.now()
  }

  private mutating func write(
    to sink: inout Peer, _ clock: MonotonicClock, _ moved: inout Moved
  ) -> Int {
    guard buffer.count > 0 && sink.isWritable && !isRefused else { return 0 }
    var bytes = buffer.bytes
    var now = Instant.zero
    if let schedule = transit?.schedule {
      now = clock.now()
      bytes = UnsafeRawBufferPointer(
        rebasing: bytes.prefix(schedule.ready(at: now, limit: bytes.count)))
      if bytes.isEmpty { return 0 }
    }
    let count = send(sink.descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
    if count >= 0 {
      buffer.remove(count)
      if let tally = transit?.schedule.leave(count, at: now) { moved.tally.add(tally) }
      return count
    }
    if errno == EAGAIN {
      sink.isWritable = false
    } else if errno != EINTR {
      lose(&sink)
    }
    return 0
  }

  private mutating func lose(_ sink: inout Peer) {
    sinkIsGone = true
    buffer.removeAll()
    transit?.schedule.removeAll()
    sink.hasFailed = true
    sink.isReadable = true
  }
}

extension Instant? {
  /// Takes `instant` if it is earlier.
  mutating func lower(to instant: Instant) {
    self = min(self ?? instant, instant)
  }
}
