package import AMQP
import Environment
package import Harness
import Operations

/// Translates between the harness's commands and events and those of AMQP.
///
/// Every event of AMQP is at most one of the harness. `drop` is no command of AMQP: whoever feeds
/// the machine takes it for the machine's own.
package struct SessionTranslation: Sendable {
  private static let consumerTag = "stoat"
  /// Tokens of commands that are no operations of the history.
  private static let silentToken = UInt64.max

  private let body: MessageBody
  private var incarnation: UInt32 = 0
  private var settlements: [UInt64: (tag: UInt64, multiple: Bool, kind: SettlementKind)] = [:]
  private var nextSettlement: UInt64 = 1 << 32

  /// A translation that makes and recognises messages of one run.
  package init(body: MessageBody) {
    self.body = body
  }

  /// Appends the AMQP commands for one command of the harness.
  package mutating func translate(
    _ command: SessionCommand, into commands: inout [ChannelCommand]
  ) {
    switch command {
    case .publish(let operation, let queue, let message, let bytes):
      let publication = Publication(
        routingKey: queue, body: body.encode(message, bytes: bytes))
      commands.append(.init(token: UInt64(operation.rawValue), .publish(publication)))
    case .get(let operation, let queue):
      commands.append(.init(token: UInt64(operation.rawValue), .get(queue: queue, noAck: false)))
    case .consume(let operation, let queue, let prefetch):
      let request = ConsumeRequest(queue: queue, consumerTag: Self.consumerTag)
      commands.append(
        .init(token: Self.silentToken, .qos(prefetchCount: UInt16(clamping: prefetch))))
      commands.append(.init(token: UInt64(operation.rawValue), .consume(request)))
    case .settle(let incarnation, let tag, let multiple, let kind):
      commands.append(settlement(incarnation, tag, multiple, kind))
    case .declare(let operation, let queue, let deadLetters):
      let declaration = QueueDeclaration(queue, deadLetters: deadLetters)
      commands.append(.init(token: UInt64(operation.rawValue), .declare(declaration)))
    case .drop: break
    }
  }

  private mutating func settlement(
    _ incarnation: UInt32, _ tag: UInt64, _ multiple: Bool, _ kind: SettlementKind
  ) -> ChannelCommand {
    let token = nextSettlement
    nextSettlement += 1
    settlements[token] = (tag, multiple, kind)
    let reference = DeliveryReference(incarnation: incarnation, deliveryTag: tag)
    switch kind {
    case .ack: return .init(token: token, .ack(reference, multiple: multiple))
    case .requeue: return .init(token: token, .nack(reference, multiple: multiple, requeue: true))
    case .discard: return .init(token: token, .nack(reference, multiple: multiple, requeue: false))
    case .reject: return .init(token: token, .reject(reference, requeue: true))
    }
  }

  /// What the harness is told for one event of AMQP; nil if nothing.
  package mutating func event(for event: ChannelEvent) -> SessionEvent? {
    switch event {
    case .opened(let incarnation):
      self.incarnation = incarnation
      return .opened(incarnation: incarnation)
    case .lost(let incarnation, let reason):
      return .lost(incarnation: incarnation, reason: reason.description)
    case .written(let token, let publishTag):
      return written(token, publishTag)
    case .completed(let token, let outcome):
      return completed(token, outcome)
    case .delivered(let delivery):
      let receipt = SessionReceipt(
        tag: delivery.arguments.deliveryTag, message: body.decode(delivery.body),
        redelivered: delivery.arguments.redelivered)
      return .delivered(incarnation: delivery.incarnation, receipt)
    case .consumerCancelled(let incarnation, _):
      return .consumerCancelled(incarnation: incarnation)
    case .answer(let incarnation, let answer):
      return self.answer(incarnation, answer)
    case .attemptFailed(let reason):
      return .attemptFailed(reason: reason.description)
    case .blocked, .unblocked, .stopped:
      return nil
    }
  }

  private mutating func written(_ token: UInt64, _ tag: UInt64?) -> SessionEvent? {
    if let operation = Self.operation(token) {
      return .written(operation, incarnation: incarnation, sequence: tag ?? 0)
    }
    guard let settlement = settlements.removeValue(forKey: token) else { return nil }
    return .settled(
      incarnation: incarnation, tag: settlement.tag, multiple: settlement.multiple,
      kind: settlement.kind)
  }

  private mutating func completed(
    _ token: UInt64, _ outcome: CommandOutcome
  ) -> SessionEvent? {
    if let operation = Self.operation(token) {
      return .completed(operation, SessionOutcome(outcome, body: body))
    }
    settlements[token] = nil
    return nil
  }

  private func answer(_ incarnation: UInt32, _ answer: ProtocolAnswer) -> SessionEvent {
    switch answer {
    case .confirm(let tag, let multiple, let nacked):
      .answered(incarnation: incarnation, sequence: tag, multiple: multiple, positive: !nacked)
    case .returned(let returned):
      .returned(
        incarnation: incarnation,
        returned.token == nil ? .foreign : body.decode(returned.body))
    }
  }

  private static func operation(_ token: UInt64) -> OperationID? {
    UInt32(exactly: token).map { OperationID($0) }
  }
}
