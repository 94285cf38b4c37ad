import AMQP
import DequeModule
import Environment
import Harness
import Operations
import Sessions

/// What happens to a session.
enum MachineInput: Sendable {
  /// Begin; taken once.
  case start
  /// The line that `connect` asked for tells something.
  case line(LineReport)
  /// Do these, in order.
  case submit([SessionCommand])
  /// The instant of the last `setTimer` has come.
  case timer
  /// End for good.
  case stop
}

/// What a session wants done.
enum MachineAction: Hashable, Sendable {
  /// Establish a line; there is none at this moment.
  case connect
  /// Hand this to the line.
  case send(LineMethod)
  /// Close the line in order, with this reply code, after what was sent.
  case close(UInt16)
  /// End the line at once, without a word to the broker. Nothing more is heard of it.
  case hangUp
  /// Call with `timer` at this instant; replaces the instant asked for before.
  case setTimer(Instant)
  /// Tell the owner.
  case event(SessionEvent)
}

/// One connection with one channel that is reopened whenever it is lost, as its own value.
///
/// The rules are those of `SessionMachine`; what differs is that rabbitmq-c connects, logs in,
/// encodes and decodes (a *line*), and that this machine is written on its own:
///
///     idle ─start→ connecting ─connected→ opening(channel) → opening(confirms) → open
///                      ↑                       ↑                                   │
///                      │ timer                 └── channel closed by the broker ───┤
///                   waiting ←── closing ←── protocol violated, channel refused ────┘
///
/// An operation that was handed to the line counts as written: it is confirmed, returned or
/// answered, or nobody knows.
struct RabbitMQMachine: Sendable {
  /// How many basic.get may be unanswered at once; a channel answers them in order.
  static let maximumGets = ChannelMachine.maximumGets
  /// How many commands may wait for their turn.
  static let maximumPending = ChannelMachine.maximumPending
  /// The consumer tag; a session has one consumer.
  static let consumerTag = "stoat"

  enum Phase: Hashable, Sendable {
    case idle
    case connecting
    case openingChannel
    case selectingConfirms
    case open
    case closing
    case waiting
    case stopped
  }

  /// A command on its way; `operation` is nil where the history knows none.
  struct Waiting: Sendable {
    var operation: OperationID?
    var method: LineMethod
    var deadline: Instant
    /// For settlements: what to report once it is handed over.
    var settlement: Settlement?
  }

  struct Settlement: Sendable {
    var incarnation: UInt32
    var tag: UInt64
    var multiple: Bool
    var kind: SettlementKind
  }

  enum Question: Hashable, Sendable {
    case get
    case limitPrefetch
    case consume
    case declare
  }

  struct Awaiting: Sendable {
    var question: Question
    var operation: OperationID?
    var deadline: Instant
  }

  let configuration: SessionConfiguration
  let body: MessageBody
  var phase = Phase.idle
  var incarnation: UInt32 = 0
  var failures = 0
  var deadline: Instant?
  var earliestDeadline: Instant?
  var armed: Instant?
  var pending: Deque<Waiting> = []
  var awaiting: Deque<Awaiting> = []
  var unconfirmed = UnconfirmedPublishes()
  var isConsuming = false
  var mayPublish = true
  var actions: [MachineAction] = []

  init(_ settings: SessionSettings) {
    configuration = settings.configuration
    body = settings.body
  }

  /// Takes an input and gives back what to do, in order.
  mutating func receive(_ input: MachineInput, at now: Instant) -> [MachineAction] {
    switch input {
    case .start: if phase == .idle { connect(at: now) }
    case .line(let report): receive(report, at: now)
    case .submit(let commands): for command in commands { submit(command, at: now) }
    case .timer: tick(at: now)
    case .stop: stop()
    }
    arm()
    defer { actions = [] }
    return actions
  }

  private mutating func tick(at now: Instant) {
    armed = nil
    if let deadline, now >= deadline {
      self.deadline = nil
      expire(at: now)
    }
    if phase == .open { expireCommands(at: now) }
  }

  private mutating func expireCommands(at now: Instant) {
    for completion in unconfirmed.expire(at: now) { complete(completion) }
    for waiting in pending where waiting.deadline <= now {
      complete(waiting.operation, .failed(.notWritten(.timeout)))
    }
    pending.removeAll { $0.deadline <= now }
    if let first = awaiting.first, first.deadline <= now {
      awaiting.removeFirst()
      complete(first.operation, .indefinite(.timeout))
      // Answers carry no tags, so those that may still come would be taken for others.
      return lose(.commandTimeout, at: now)
    }
    earliestDeadline = nil
    if let deadline = unconfirmed.nextDeadline { note(deadline) }
    if let deadline = awaiting.first?.deadline { note(deadline) }
    for waiting in pending { note(waiting.deadline) }
    pump()
  }

  mutating func note(_ deadline: Instant) {
    earliestDeadline = min(earliestDeadline ?? deadline, deadline)
  }

  mutating func tell(_ event: SessionEvent) {
    actions.append(.event(event))
  }

  mutating func complete(_ operation: OperationID?, _ outcome: CommandOutcome) {
    guard let operation else { return }
    tell(.completed(operation, SessionOutcome(outcome, body: body)))
  }

  mutating func complete(_ completion: UnconfirmedPublishes.Completion) {
    complete(OperationID(UInt32(truncatingIfNeeded: completion.token)), completion.outcome)
  }

  /// Moves the timer forward if something is due earlier; a timer that fires for nothing is
  /// cheaper than one that is set for every command.
  private mutating func arm() {
    var next = deadline
    if phase == .open, let earliestDeadline {
      next = min(next ?? earliestDeadline, earliestDeadline)
    }
    guard let next, armed.map({ next < $0 }) ?? true else { return }
    armed = next
    actions.append(.setTimer(next))
  }
}
