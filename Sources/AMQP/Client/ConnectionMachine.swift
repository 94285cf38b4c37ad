package import Environment

/// What happens to a connection.
package enum ConnectionInput: Hashable, Sendable {
  /// The transport is up.
  case connected
  /// Bytes came in.
  case bytes([UInt8])
  /// The transport is down; the shell's words.
  case transportClosed(String)
  /// The instant of `nextDeadline` has come (or an earlier one; that does no harm).
  case timer
  /// Close in an orderly manner; before the connection is open it just ends.
  case close
  /// The user of a channel found the broker breaking the protocol: close with that code.
  case fail(WireError)
}

/// What a connection wants done.
package enum ConnectionAction: Hashable, Sendable {
  /// Send these bytes.
  case write([UInt8])
  /// The handshake is over; see `limits`.
  case opened
  /// A frame for a channel other than 0.
  case frame(Frame)
  /// The broker stalls publishers.
  case blocked(reason: String)
  /// The broker no longer stalls publishers.
  case unblocked
  /// The connection is over: end the transport after what was written. Nothing follows.
  case closed(LossReason)
}

/// The client's side of channel 0: handshake, heartbeats, blocked, close.
///
/// Phases: `idle` → `awaitingStart` → `awaitingTune` → `awaitingOpenOk` → `open` → `closing` →
/// `closed`; every phase has a deadline or heartbeats, and may go to `closed` directly.
/// Source: AMQP 0-9-1, sections 2.2.4, 4.2.7 and 4.10, and RabbitMQ's capabilities.
package struct ConnectionMachine: Sendable {
  /// Where the connection is.
  package enum Phase: Hashable, Sendable {
    /// No transport yet.
    case idle
    /// The protocol header is sent.
    case awaitingStart
    /// Start-ok is sent.
    case awaitingTune
    /// Tune-ok and open are sent.
    case awaitingOpenOk
    /// Ready for channels.
    case open
    /// Close is sent; whatever comes except close and close-ok is ignored.
    case closing(LossReason)
    /// Over.
    case closed
  }

  /// Where the connection is.
  package private(set) var phase = Phase.idle
  /// What was negotiated; the client's wishes before.
  package private(set) var limits: ConnectionLimits
  /// What the broker said about itself, empty before its greeting.
  package private(set) var brokerProperties = FieldTable()
  private let configuration: SessionConfiguration
  private var decoder: FrameDecoder
  private var lastRead = Instant.zero
  private var lastWrite = Instant.zero
  private var deadline: Instant?

  /// A connection that waits for its transport.
  package init(_ configuration: SessionConfiguration) {
    self.configuration = configuration
    limits = configuration.wishes
    decoder = FrameDecoder(frameMax: Int(limits.frameMax))
  }

  /// The largest frame to send, in bytes.
  package var frameMax: Int { Int(limits.frameMax) }

  /// The instant at which the connection wants `timer`, nil if never.
  package var nextDeadline: Instant? {
    guard heartbeats else { return deadline }
    let next = min(lastRead + interval * 2, lastWrite + interval / 2)
    return min(next, deadline ?? next)
  }

  /// Tells that a channel wrote, so that no heartbeat is due for a while.
  package mutating func noteWrite(at now: Instant) {
    lastWrite = now
  }

  /// Takes an input and gives back what to do, in order.
  package mutating func receive(_ input: ConnectionInput, at now: Instant) -> [ConnectionAction] {
    var actions: [ConnectionAction] = []
    switch input {
    case .connected: greet(at: now, &actions)
    case .bytes(let bytes): receive(bytes, at: now, &actions)
    case .transportClosed(let why): finish(.transportClosed(why), &actions)
    case .timer: tick(at: now, &actions)
    case .close:
      let notice = CloseNotice(replyCode: ReplyCode.success, replyText: "closed by the client")
      close(notice, because: .stopped, at: now, &actions)
    case .fail(let error):
      close(CloseNotice(error), because: .protocolViolation(error), at: now, &actions)
    }
    return actions
  }

  private var heartbeats: Bool {
    limits.heartbeat > 0 && phase == .open
  }

  private var interval: Duration { .seconds(Int64(limits.heartbeat)) }

  private mutating func greet(at now: Instant, _ actions: inout [ConnectionAction]) {
    guard phase == .idle else { return }
    phase = .awaitingStart
    deadline = now + configuration.handshakeTimeout
    lastRead = now
    write(ProtocolHeader.bytes, at: now, &actions)
  }

  private mutating func receive(
    _ bytes: [UInt8], at now: Instant, _ actions: inout [ConnectionAction]
  ) {
    guard phase != .closed, phase != .idle else { return }
    lastRead = now
    decoder.append(bytes)
    do throws(WireError) {
      while phase != .closed, let frame = try decoder.next() {
        try receive(frame, at: now, &actions)
      }
    } catch {
      abort(error, at: now, &actions)
    }
  }

  private mutating func receive(
    _ frame: Frame, at now: Instant, _ actions: inout [ConnectionAction]
  ) throws(WireError) {
    if case .closing = phase {
      if case .method(0, .connection(let method)) = frame { drain(method, at: now, &actions) }
      return
    }
    if case .method(0, .connection(let method)) = frame {
      return try receive(method, at: now, &actions)
    }
    if case .heartbeat = frame { return }
    guard phase == .open else { throw .unexpectedFrame("before the handshake was over") }
    guard frame.channel != 0 else { throw .unexpectedFrame("on channel 0, which is not for it") }
    actions.append(.frame(frame))
  }

  private mutating func receive(
    _ method: ConnectionMethod, at now: Instant, _ actions: inout [ConnectionAction]
  ) throws(WireError) {
    switch (phase, method) {
    case (.awaitingStart, .start(let greeting)):
      try send(.startOk(configuration.answer(to: greeting)), at: now, &actions)
      brokerProperties = greeting.serverProperties
      phase = .awaitingTune
    case (.awaitingTune, .tune(let proposal)):
      limits = try configuration.agree(to: proposal)
      decoder.frameMax = frameMax
      try send(.tuneOk(limits), at: now, &actions)
      try send(.open(virtualHost: configuration.virtualHost), at: now, &actions)
      phase = .awaitingOpenOk
    case (.awaitingTune, .secure): throw .negotiationFailed("PLAIN has no challenge to answer")
    case (.awaitingOpenOk, .openOk):
      phase = .open
      deadline = nil
      actions.append(.opened)
    case (_, .close(let notice)):
      try send(.closeOk, at: now, &actions)
      finish(.connectionClosedByBroker(notice), &actions)
    case (.open, .blocked(let reason)): actions.append(.blocked(reason: reason))
    case (.open, .unblocked): actions.append(.unblocked)
    default: throw .unexpectedMethod("10.\(method.methodID) while the connection is \(phase)")
    }
  }

  private mutating func drain(
    _ method: ConnectionMethod, at now: Instant, _ actions: inout [ConnectionAction]
  ) {
    guard case .closing(let reason) = phase else { return }
    if case .closeOk = method { finish(reason, &actions) }
    if case .close = method {
      try? send(.closeOk, at: now, &actions)
      finish(reason, &actions)
    }
  }

  private mutating func tick(at now: Instant, _ actions: inout [ConnectionAction]) {
    if let deadline, now >= deadline {
      if case .closing(let reason) = phase { return finish(reason, &actions) }
      return finish(.handshakeTimeout, &actions)
    }
    guard heartbeats else { return }
    if now >= lastRead + interval * 2 { return finish(.heartbeatMissed, &actions) }
    if now >= lastWrite + interval / 2 {
      var writer = WireWriter()
      writer.heartbeat()
      write(writer.take(), at: now, &actions)
    }
  }

  private mutating func close(
    _ notice: CloseNotice, because reason: LossReason, at now: Instant,
    _ actions: inout [ConnectionAction]
  ) {
    switch phase {
    case .open:
      try? send(.close(notice), at: now, &actions)
      phase = .closing(reason)
      deadline = now + configuration.closeTimeout
    case .closing, .closed: break
    case .idle, .awaitingStart, .awaitingTune, .awaitingOpenOk: finish(reason, &actions)
    }
  }

  /// Ends without waiting: the stream or the handshake is broken beyond an orderly close.
  private mutating func abort(
    _ error: WireError, at now: Instant, _ actions: inout [ConnectionAction]
  ) {
    if case .closing(let reason) = phase { return finish(reason, &actions) }
    if phase == .open { try? send(.close(CloseNotice(error)), at: now, &actions) }
    finish(.protocolViolation(error), &actions)
  }

  private mutating func finish(_ reason: LossReason, _ actions: inout [ConnectionAction]) {
    guard phase != .closed else { return }
    phase = .closed
    deadline = nil
    actions.append(.closed(reason))
  }

  private mutating func send(
    _ method: ConnectionMethod, at now: Instant, _ actions: inout [ConnectionAction]
  ) throws(WireError) {
    var writer = WireWriter()
    try writer.method(.connection(method), channel: 0, frameMax: frameMax)
    write(writer.take(), at: now, &actions)
  }

  private mutating func write(
    _ bytes: [UInt8], at now: Instant, _ actions: inout [ConnectionAction]
  ) {
    lastWrite = now
    actions.append(.write(bytes))
  }
}
