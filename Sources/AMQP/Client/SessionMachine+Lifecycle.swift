internal import Environment

extension SessionMachine {
  mutating func connect(at now: Instant) {
    phase = .connecting
    deadline = now + configuration.connectTimeout
    actions.append(.connect)
  }

  mutating func connected(at now: Instant) {
    guard phase == .connecting else { return }
    phase = .handshaking
    deadline = nil
    connection = ConnectionMachine(configuration)
    run(connection.receive(.connected, at: now), at: now)
  }

  mutating func transportClosed(_ why: String, at now: Instant) {
    switch phase {
    case .connecting: lose(.connectFailed(why), at: now, disconnecting: false)
    case .handshaking, .openingChannel, .open, .closing, .stopping:
      lose(.transportClosed(why), at: now, disconnecting: false)
    case .idle, .waiting, .stopped: break
    }
  }

  /// The state's own deadline has come.
  mutating func expire(at now: Instant) {
    switch phase {
    case .connecting: lose(.connectTimeout, at: now, disconnecting: true)
    case .openingChannel: lose(.handshakeTimeout, at: now, disconnecting: true)
    case .waiting: connect(at: now)
    case .idle, .handshaking, .open, .closing, .stopping, .stopped: break
    }
  }

  /// Ends the transport after what was written; without one there is nothing to drop.
  mutating func drop(at now: Instant) {
    if hasTransport {
      lose(.transportClosed("the client dropped it"), at: now, disconnecting: true)
    }
  }

  mutating func stop(at now: Instant) {
    switch phase {
    case .stopping, .stopped: break
    case .idle, .waiting: finish()
    case .connecting:
      actions.append(.disconnect)
      finish()
    case .handshaking, .openingChannel, .open, .closing:
      endIncarnation(.stopped, at: now)
      phase = .stopping
      deadline = nil
      run(connection.receive(.close, at: now), at: now)
    }
  }

  /// Carries out what the connection wants, as long as there is a connection.
  mutating func run(_ wanted: [ConnectionAction], at now: Instant) {
    for action in wanted where hasTransport {
      switch action {
      case .write(let bytes): output.writer.octets(bytes)
      case .opened: openChannel(at: now)
      case .frame(let frame):
        guard phase == .open || phase == .openingChannel else { continue }
        channel?.receive(.frame(frame), at: now, into: &output)
        runChannel(at: now)
      case .blocked(let reason): tell(.blocked(reason: reason))
      case .unblocked: tell(.unblocked)
      case .closed(let reason): lose(reason, at: now, disconnecting: true)
      }
    }
  }

  /// Carries out what the channel wants.
  mutating func runChannel(at now: Instant) {
    var index = 0
    while index < output.actions.count {
      let action = output.actions[index]
      index += 1
      switch action {
      case .opened:
        phase = .open
        deadline = nil
        incarnation += 1
        failures = 0
        tell(.opened(incarnation: incarnation))
      case .event(let event): tell(event)
      case .closed(let reason): channelClosed(reason, at: now)
      case .outOfStep: lose(.commandTimeout, at: now, disconnecting: true)
      case .violation(let error): close(because: error, at: now)
      }
    }
    output.actions.removeAll(keepingCapacity: true)
  }

  private mutating func openChannel(at now: Instant) {
    phase = .openingChannel
    deadline = now + configuration.handshakeTimeout
    var fresh = ChannelMachine(
      number: Self.channelNumber, incarnation: incarnation + 1, frameMax: connection.frameMax,
      configuration: configuration)
    fresh.receive(.open, at: now, into: &output)
    channel = fresh
  }

  /// The broker closed the channel: a fresh one on the same connection, unless this one never
  /// opened; then the connection is given up as well, so that the pause grows.
  private mutating func channelClosed(_ reason: LossReason, at now: Instant) {
    channel = nil
    if phase == .open {
      tell(.lost(incarnation: incarnation, reason: reason))
      openChannel(at: now)
    } else {
      tell(.attemptFailed(reason: reason))
      phase = .closing
      deadline = nil
      run(connection.receive(.close, at: now), at: now)
    }
  }

  private mutating func close(because error: WireError, at now: Instant) {
    endIncarnation(.protocolViolation(error), at: now)
    phase = .closing
    deadline = nil
    run(connection.receive(.fail(error), at: now), at: now)
  }

  /// The connection is gone, or given up: settles everything and pauses before the next attempt.
  mutating func lose(_ reason: LossReason, at now: Instant, disconnecting: Bool) {
    if phase != .closing, phase != .stopping { endIncarnation(reason, at: now) }
    let isLast = phase == .stopping
    if disconnecting {
      flush(at: now)
      actions.append(.disconnect)
    } else {
      _ = output.writer.take()
    }
    channel = nil
    if isLast { return finish() }
    phase = .waiting
    deadline = now + configuration.backoff(failures: failures)
    failures += 1
  }

  /// Tells the owner once that the incarnation, or the attempt at one, is over, and settles its
  /// commands.
  private mutating func endIncarnation(_ reason: LossReason, at now: Instant) {
    switch phase {
    case .open: tell(.lost(incarnation: incarnation, reason: reason))
    case .connecting, .handshaking, .openingChannel:
      if reason != .stopped { tell(.attemptFailed(reason: reason)) }
    case .idle, .closing, .waiting, .stopping, .stopped: return
    }
    var last = ChannelOutput()
    channel?.receive(.abandon(reason), at: now, into: &last)
    channel = nil
    for case .event(let event) in last.actions { tell(event) }
  }

  private mutating func finish() {
    phase = .stopped
    deadline = nil
    tell(.stopped)
  }
}
