import AMQP
import DequeModule
import Environment
import Harness

extension RabbitMQMachine {
  mutating func connect(at now: Instant) {
    phase = .connecting
    deadline = nil  // the line has its own
    actions.append(.connect)
  }

  /// The phase's own deadline has come.
  mutating func expire(at now: Instant) {
    switch phase {
    case .openingChannel, .selectingConfirms: lose(.handshakeTimeout, at: now)
    case .waiting: connect(at: now)
    case .idle, .connecting, .open, .closing, .stopped: break
    }
  }

  /// Drops the connection as a client that dies does.
  mutating func drop(at now: Instant) {
    switch phase {
    case .connecting, .openingChannel, .selectingConfirms, .open, .closing:
      lose(.transportClosed("the client dropped it"), at: now)
    case .idle, .waiting, .stopped: break
    }
  }

  mutating func stop() {
    switch phase {
    case .idle, .waiting, .stopped: break
    case .connecting: actions.append(.hangUp)
    case .openingChannel, .selectingConfirms, .open, .closing:
      endIncarnation(.stopped)
      actions.append(.close(ReplyCode.success))
    }
    phase = .stopped
    deadline = nil
  }

  mutating func receive(_ report: LineReport, at now: Instant) {
    switch report {
    case .connected: if phase == .connecting { openChannel(at: now) }
    case .received(let answer): receive(answer, at: now)
    case .violation(let error): close(because: error)
    case .ended(let reason): lineEnded(reason, at: now)
    }
  }

  /// Begins anew on the same connection, with the same channel number.
  mutating func openChannel(at now: Instant) {
    phase = .openingChannel
    deadline = now + configuration.handshakeTimeout
    unconfirmed = UnconfirmedPublishes()
    isConsuming = false
    mayPublish = true
    actions.append(.send(.openChannel))
  }

  /// The broker closed the channel: a fresh one on the same connection, unless this one never
  /// opened; then the connection is given up as well, so that the pause grows.
  mutating func channelClosed(_ notice: CloseNotice, at now: Instant) {
    actions.append(.send(.acceptClose))
    let isOpen = phase == .open
    endIncarnation(.channelClosedByBroker(notice))
    if isOpen {
      openChannel(at: now)
    } else {
      phase = .closing
      actions.append(.close(ReplyCode.success))
    }
  }

  mutating func close(because error: WireError) {
    switch phase {
    case .openingChannel, .selectingConfirms, .open:
      endIncarnation(.protocolViolation(error))
      phase = .closing
      actions.append(.close(error.replyCode))
    case .idle, .connecting, .closing, .waiting, .stopped: break
    }
  }

  /// Gives the connection up: settles everything and pauses before the next attempt.
  mutating func lose(_ reason: LossReason, at now: Instant) {
    actions.append(.hangUp)
    lineEnded(reason, at: now)
  }

  private mutating func lineEnded(_ reason: LossReason, at now: Instant) {
    switch phase {
    case .connecting, .openingChannel, .selectingConfirms, .open: endIncarnation(reason)
    case .closing: break
    case .idle, .waiting, .stopped: return
    }
    phase = .waiting
    deadline = now + configuration.backoff(failures: failures)
    failures += 1
  }

  /// Tells the owner once that the incarnation, or the attempt at one, is over, and settles its
  /// commands.
  private mutating func endIncarnation(_ reason: LossReason) {
    deadline = nil
    switch phase {
    case .open: tell(.lost(incarnation: incarnation, reason: reason.description))
    case .connecting, .openingChannel, .selectingConfirms:
      if reason != .stopped { tell(.attemptFailed(reason: reason.description)) }
    case .idle, .closing, .waiting, .stopped: return
    }
    for completion in unconfirmed.abandon(reason) { complete(completion) }
    for awaited in awaiting { complete(awaited.operation, .indefinite(.lost(reason))) }
    for waiting in pending { complete(waiting.operation, .failed(.notWritten(.lost(reason)))) }
    awaiting.removeAll()
    pending.removeAll()
    earliestDeadline = nil
  }
}
