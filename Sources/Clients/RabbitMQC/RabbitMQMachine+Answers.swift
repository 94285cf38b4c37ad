import AMQP
import Environment
import Harness
import Operations

extension RabbitMQMachine {
  /// Takes what the broker says on the channel.
  mutating func receive(_ answer: LineAnswer, at now: Instant) {
    switch (phase, answer) {
    case (.openingChannel, .channelOpened):
      phase = .selectingConfirms
      actions.append(.send(.selectConfirms))
    case (.selectingConfirms, .confirmsSelected): opened()
    case (.openingChannel, .channelClosed(let notice)),
      (.selectingConfirms, .channelClosed(let notice)), (.open, .channelClosed(let notice)):
      channelClosed(notice, at: now)
    case (.open, _): receiveOpen(answer)
    case (.openingChannel, _), (.selectingConfirms, _): unexpected(answer)
    case (.idle, _), (.connecting, _), (.closing, _), (.waiting, _), (.stopped, _): break
    }
  }

  private mutating func opened() {
    phase = .open
    deadline = nil
    incarnation += 1
    failures = 0
    tell(.opened(incarnation: incarnation))
  }

  private mutating func receiveOpen(_ answer: LineAnswer) {
    switch answer {
    case .empty: answered(.get, answer, .ok(.empty))
    case .message(let message): fetched(message)
    case .consuming: answered(.consume, answer, .ok(.done))
    case .declared: answered(.declare, answer, .ok(.done))
    case .prefetchLimited: answered(.limitPrefetch, answer, .ok(.done))
    case .delivery(let message):
      tell(.delivered(incarnation: incarnation, receipt(message)))
    case .returned(let arguments, let bytes): returned(arguments, bytes)
    case .confirm(let tag, let multiple, let nacked):
      confirm(tag, multiple: multiple, nacked: nacked)
    case .cancelled(let tag, let isAnswered):
      if isAnswered { actions.append(.send(.acceptCancel(consumerTag: tag))) }
      isConsuming = false
      tell(.consumerCancelled(incarnation: incarnation))
    case .flow(let active):
      actions.append(.send(.acceptFlow(active: active)))
      mayPublish = active
      pump()
    case .channelOpened, .confirmsSelected, .channelClosed: unexpected(answer)
    }
  }

  private func receipt(_ message: LineMessage) -> SessionReceipt {
    SessionReceipt(
      tag: message.tag, message: body.decode(message.body), redelivered: message.redelivered)
  }

  private mutating func fetched(_ message: LineMessage) {
    guard let first = awaiting.first, first.question == .get, let operation = first.operation
    else { return unexpected(.message(message)) }
    awaiting.removeFirst()
    tell(.completed(operation, .message(incarnation: incarnation, receipt(message))))
    pump()
  }

  private mutating func answered(
    _ question: Question, _ answer: LineAnswer, _ outcome: CommandOutcome
  ) {
    guard let first = awaiting.first, first.question == question else { return unexpected(answer) }
    awaiting.removeFirst()
    complete(first.operation, outcome)
    pump()
  }

  private mutating func returned(_ arguments: ReturnArguments, _ bytes: [UInt8]) {
    let fingerprint = UnconfirmedPublishes.Fingerprint(
      exchange: arguments.exchange, routingKey: arguments.routingKey, messageID: nil, body: bytes)
    let token = unconfirmed.note(arguments, of: fingerprint)
    tell(.returned(incarnation: incarnation, token == nil ? .foreign : body.decode(bytes)))
  }

  /// A tag of 0 with `multiple` means everything so far.
  private mutating func confirm(_ tag: UInt64, multiple: Bool, nacked: Bool) {
    tell(
      .answered(
        incarnation: incarnation, sequence: tag, multiple: multiple, positive: !nacked))
    let newest = unconfirmed.nextTag - 1
    let last = multiple && tag == 0 ? newest : min(tag, newest)
    var next = multiple ? unconfirmed.firstTag : tag
    while next <= last {
      if let completion = unconfirmed.settle(next, nacked: nacked) { complete(completion) }
      next += 1
    }
    pump()
  }

  private mutating func unexpected(_ answer: LineAnswer) {
    close(because: .unexpectedMethod("\(answer) while the session is \(phase)"))
  }
}
