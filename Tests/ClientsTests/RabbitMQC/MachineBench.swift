import AMQP
import Environment
import Harness
import Operations
import Sessions

@testable import Clients

/// A machine that is driven by hand, in virtual time.
struct MachineBench {
  var machine: RabbitMQMachine
  var now = Instant.zero
  private(set) var actions: [MachineAction] = []
  static let body = MessageBody(nonce: 1)

  init(adjust: (inout SessionConfiguration) -> Void = { _ in }) {
    var configuration = SessionConfiguration()
    adjust(&configuration)
    machine = RabbitMQMachine(SessionSettings(configuration: configuration, body: Self.body))
  }

  /// A bench whose session is open in its first incarnation; its actions are forgotten.
  static func opened(
    adjust: (inout SessionConfiguration) -> Void = { _ in }
  ) -> MachineBench {
    var bench = MachineBench(adjust: adjust)
    bench.feed(.start)
    bench.open()
    _ = bench.take()
    return bench
  }

  mutating func feed(_ input: MachineInput) {
    actions += machine.receive(input, at: now)
  }

  mutating func hear(_ answers: LineAnswer...) {
    for answer in answers { feed(.line(.received(answer))) }
  }

  /// What a line does until the channel is open.
  mutating func open() {
    feed(.line(.connected))
    hear(.channelOpened, .confirmsSelected)
  }

  mutating func submit(_ commands: SessionCommand...) {
    feed(.submit(commands))
  }

  mutating func publish(_ numbers: Range<UInt32>) {
    for number in numbers {
      submit(.publish(OperationID(number), queue: "q", message: Self.message(number), bytes: 24))
    }
  }

  mutating func pass(_ duration: Duration) {
    now = now + duration
    feed(.timer)
  }

  mutating func take() -> [MachineAction] {
    defer { actions = [] }
    return actions
  }

  static func message(_ number: UInt32) -> MessageID {
    MessageID(client: ClientID(0), sequence: number)
  }

  /// The events since the last `take`.
  var events: [SessionEvent] {
    actions.compactMap { if case .event(let event) = $0 { event } else { nil } }
  }

  /// What was handed to the line since the last `take`.
  var sent: [LineMethod] {
    actions.compactMap { if case .send(let method) = $0 { method } else { nil } }
  }

  /// How the operation ended; more than one element is a bug.
  func outcomes(of number: UInt32) -> [SessionOutcome] {
    events.compactMap {
      if case .completed(OperationID(number), let outcome) = $0 { outcome } else { nil }
    }
  }

  /// The doubts that the operation left.
  func doubts(of number: UInt32) -> [Doubt?] {
    outcomes(of: number).map {
      if case .indefinite(let doubt, _) = $0 { doubt } else { nil }
    }
  }
}
