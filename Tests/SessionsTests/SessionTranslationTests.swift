import AMQP
import Harness
import Operations
import Testing

@testable import Sessions

/// What the words of the harness become in AMQP, and back.
@Suite struct SessionTranslationTests {
  private static let body = MessageBody(nonce: 5)
  private static let message = MessageID(client: ClientID(1), sequence: 9)

  private var translation = SessionTranslation(body: SessionTranslationTests.body)

  private static func commands(
    _ translation: inout SessionTranslation, _ commands: SessionCommand...
  ) -> [ChannelCommand] {
    var translated: [ChannelCommand] = []
    for command in commands { translation.translate(command, into: &translated) }
    return translated
  }

  @Test mutating func aPublishIsMandatoryPersistentAndCarriesItsMessage() {
    let made = Self.commands(
      &translation, .publish(OperationID(4), queue: "q", message: Self.message, bytes: 30))
    let publication = Publication(routingKey: "q", body: Self.body.encode(Self.message, bytes: 30))
    #expect(made == [.init(token: 4, .publish(publication))])
    #expect(publication.mandatory && publication.exchange.isEmpty)
    #expect(publication.properties == .persistent)
  }

  @Test mutating func aConsumerLimitsItsPrefetchFirstAndNobodyHearsOfThat() {
    let made = Self.commands(
      &translation, .consume(OperationID(4), queue: "q", prefetch: 70_000))
    #expect(
      made.map(\.operation) == [
        .qos(prefetchCount: 65_535), .consume(ConsumeRequest(queue: "q", consumerTag: "stoat")),
      ])
    #expect(translation.event(for: .written(token: made[0].token, publishTag: nil)) == nil)
    #expect(translation.event(for: .completed(token: made[0].token, outcome: .ok(.done))) == nil)
    #expect(
      translation.event(for: .completed(token: 4, outcome: .ok(.consuming(consumerTag: "stoat"))))
        == .completed(OperationID(4), .accepted))
  }

  @Test(arguments: [
    (
      SettlementKind.ack,
      ChannelOperation.ack(.init(incarnation: 2, deliveryTag: 6), multiple: true)
    ),
    (.requeue, .nack(.init(incarnation: 2, deliveryTag: 6), multiple: true, requeue: true)),
    (.discard, .nack(.init(incarnation: 2, deliveryTag: 6), multiple: true, requeue: false)),
    (.reject, .reject(.init(incarnation: 2, deliveryTag: 6), requeue: true)),
  ])
  func aSettlementIsToldWhenItIsWritten(kind: SettlementKind, operation: ChannelOperation) {
    var translation = translation
    _ = translation.event(for: .opened(incarnation: 2))
    let made = Self.commands(
      &translation, .settle(incarnation: 2, tag: 6, multiple: true, kind: kind))
    #expect(made.map(\.operation) == [operation])
    let written = ChannelEvent.written(token: made[0].token, publishTag: nil)
    #expect(
      translation.event(for: written)
        == .settled(incarnation: 2, tag: 6, multiple: true, kind: kind))
    #expect(translation.event(for: .completed(token: made[0].token, outcome: .sent)) == nil)
    #expect(translation.event(for: written) == nil)
  }

  @Test mutating func aSettlementThatIsNotWrittenIsNotTold() {
    let made = Self.commands(
      &translation, .settle(incarnation: 1, tag: 6, multiple: false, kind: .ack),
      .settle(incarnation: 1, tag: 7, multiple: false, kind: .ack))
    #expect(Set(made.map(\.token)).count == 2)
    let refused = CommandOutcome.failed(.notWritten(.staleIncarnation))
    #expect(translation.event(for: .completed(token: made[0].token, outcome: refused)) == nil)
    #expect(translation.event(for: .written(token: made[0].token, publishTag: nil)) == nil)
  }

  @Test mutating func theOtherCommandsKeepTheirOperation() {
    let queue = QueuePlan(
      id: QueueID(0), name: "q", kind: .quorum,
      mirroring: Mirroring(replicas: 0, syncMode: .automatic, promoteOnFailure: .always),
      groupSize: 3, required: [])
    let made = Self.commands(
      &translation, .get(OperationID(1), queue: "q"),
      .declare(OperationID(2), queue: queue, deadLetters: "d"), .drop)
    #expect(
      made == [
        .init(token: 1, .get(queue: "q", noAck: false)),
        .init(token: 2, .declare(QueueDeclaration(queue, deadLetters: "d"))),
      ])
  }

  @Test mutating func whatIsReceivedIsRecognisedByItsBody() {
    _ = translation.event(for: .opened(incarnation: 3))
    for (bytes, message) in [
      (Self.body.encode(Self.message, bytes: 64), Self.message), ([1, 2, 3], .foreign),
      (MessageBody(nonce: 6).encode(Self.message, bytes: 64), .foreign),
    ] {
      let arguments = DeliverArguments(
        consumerTag: "stoat", deliveryTag: 8, redelivered: true, exchange: "", routingKey: "q")
      let delivery = ChannelDelivery(
        incarnation: 3, arguments: arguments, properties: .persistent, body: bytes)
      let receipt = SessionReceipt(tag: 8, message: message, redelivered: true)
      #expect(
        translation.event(for: .delivered(delivery)) == .delivered(incarnation: 3, receipt))
      let fetched = FetchedMessage(
        reference: delivery.reference,
        arguments: GetOkArguments(
          deliveryTag: 8, redelivered: true, exchange: "", routingKey: "q", messageCount: 0),
        properties: .persistent, body: bytes)
      #expect(
        translation.event(for: .completed(token: 1, outcome: .ok(.message(fetched))))
          == .completed(OperationID(1), .message(incarnation: 3, receipt)))
      for token in [nil, 5] as [UInt64?] {
        let returned = ReturnedMessage(
          token: token, lowestUnanswered: 1, replyCode: 312, body: bytes)
        #expect(
          translation.event(for: .answer(incarnation: 3, .returned(returned)))
            == .returned(incarnation: 3, token == nil ? .foreign : message))
      }
    }
  }

  @Test mutating func theLifeOfAnIncarnationIsTold() {
    let notice = CloseNotice(replyCode: 404, replyText: "NOT_FOUND")
    let events: [(ChannelEvent, SessionEvent?)] = [
      (.opened(incarnation: 4), .opened(incarnation: 4)),
      (.written(token: 9, publishTag: 12), .written(OperationID(9), incarnation: 4, sequence: 12)),
      (.written(token: 8, publishTag: nil), .written(OperationID(8), incarnation: 4, sequence: 0)),
      (
        .answer(incarnation: 4, .confirm(publishTag: 12, multiple: true, nacked: true)),
        .answered(incarnation: 4, sequence: 12, multiple: true, positive: false)
      ),
      (
        .consumerCancelled(incarnation: 4, consumerTag: "stoat"),
        .consumerCancelled(incarnation: 4)
      ),
      (.blocked(reason: "memory"), nil), (.unblocked, nil),
      (
        .lost(incarnation: 4, reason: .channelClosedByBroker(notice)),
        .lost(incarnation: 4, reason: LossReason.channelClosedByBroker(notice).description)
      ),
      (
        .attemptFailed(reason: .connectTimeout),
        .attemptFailed(reason: "the connection was not established in time")
      ), (.stopped, nil),
    ]
    for (event, told) in events { #expect(translation.event(for: event) == told) }
  }

  private static let lost = LossReason.channelClosedByBroker(
    CloseNotice(replyCode: 406, replyText: "PRECONDITION_FAILED"))

  /// `failed` is certain, everything that is no confirmation is not.
  @Test(arguments: [
    (CommandOutcome.ok(.confirmed), SessionOutcome.confirmed),
    (.ok(.empty), .empty), (.ok(.done), .accepted), (.sent, .accepted),
    (.failed(.notWritten(.queueFull)), .failed(.notWritten)),
    (.failed(.notWritten(.lost(.heartbeatMissed))), .failed(.notWritten)),
    (.failed(.returned(replyCode: 312, replyText: "NO_ROUTE")), .failed(.returned)),
    (.indefinite(.nacked), .indefinite(.nacked, "the broker refused it with a negative confirm")),
    (.indefinite(.timeout), .indefinite(.timeout, "no answer came in time")),
    (
      .indefinite(.ambiguousReturn),
      .indefinite(.nacked, "an identical message was returned")
    ),
    (
      .indefinite(.lost(.commandTimeout)),
      .indefinite(.timeout, "a command was not answered in time")
    ),
    (
      .indefinite(.lost(.heartbeatMissed)),
      .indefinite(.connectionLost, "the broker sent nothing for two heartbeat intervals")
    ),
    (.indefinite(.lost(.stopped)), .indefinite(.runEnded, "closed by this side")),
    (.indefinite(.lost(lost)), .indefinite(.channelClosed(code: 406), lost.description)),
  ])
  func anOutcomeIsTranslated(outcome: CommandOutcome, expected: SessionOutcome) {
    var translation = translation
    #expect(
      translation.event(for: .completed(token: 3, outcome: outcome))
        == .completed(OperationID(3), expected))
  }
}
