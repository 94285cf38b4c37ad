internal import DequeModule
package import Environment

/// What happens to a channel.
package enum ChannelInput: Hashable, Sendable {
  /// The connection is open: open the channel.
  case open
  /// A frame with the channel's number came in.
  case frame(Frame)
  /// Do this.
  case submit(ChannelCommand)
  /// The instant of `earliestDeadline` has come (or an earlier one; that does no harm).
  case timer
  /// Close in an orderly manner; what waits for an answer becomes indefinite at once.
  case close
  /// The connection is gone.
  case abandon(LossReason)
}

/// What a channel wants done, besides sending the bytes in the output's writer.
package enum ChannelAction: Hashable, Sendable {
  /// Ready for commands.
  case opened
  /// Tell the owner.
  case event(ChannelEvent)
  /// The channel is over; the outcomes of its commands follow.
  case closed(LossReason)
  /// A synchronous command was not answered in time: answers no longer match commands.
  case outOfStep
  /// The broker broke the protocol: close the connection.
  case violation(WireError)
}

/// Where a channel leaves its bytes and actions; one output may serve many calls.
package struct ChannelOutput: Sendable {
  /// Bytes to send, whole frames.
  package var writer = WireWriter()
  /// Actions in order.
  package var actions: [ChannelAction] = []

  /// An empty output.
  package init() {}
}

/// The client's side of one channel.
///
/// Phases: `idle` → `opening` (open, confirm.select, qos) → `open` → `closing` → `closed`.
/// Commands are written in the order in which they were submitted. A synchronous command waits
/// until the one before it is answered, because brokers may answer out of order (RabbitMQ's
/// consume-ok comes from the queue, its get-ok from the channel); only gets do not wait for gets,
/// since a channel answers those one after the other. Publishes and acknowledgements do not wait
/// for answers. What was not written when the channel ends has failed; what was written and not
/// answered is indefinite.
package struct ChannelMachine: Sendable {
  /// How many commands may wait for their turn.
  package static let maximumPending = 4096
  /// How many basic.get may be unanswered at once.
  package static let maximumGets = 128
  /// Further gets wait until so few are unanswered, and then leave together: a broker works off
  /// a group with far fewer wake-ups than the same requests one by one.
  static let fewGets = 32
  /// How many tags may lie between the oldest unconfirmed publish and the newest one.
  package static let maximumUnconfirmed = UnconfirmedPublishes.maximumCount
  /// How many consumers a channel may have.
  package static let maximumConsumers = 1024

  /// Where the channel is.
  package enum Phase: Hashable, Sendable {
    /// Not yet asked to open.
    case idle
    /// Open, confirm.select and qos are under way.
    case opening
    /// Ready for commands.
    case open
    /// Close is sent; everything except close and close-ok is ignored.
    case closing
    /// Over.
    case closed
  }

  struct Pending: Sendable {
    var command: ChannelCommand
    var deadline: Instant
  }

  struct Awaiting: Sendable {
    var answer: AwaitedAnswer
    /// Nil for the steps of opening.
    var command: (token: UInt64, deadline: Instant)?
  }

  /// The channel's number on its connection.
  package let number: UInt16
  /// The incarnation that the channel is to its session.
  package let incarnation: UInt32
  let frameMax: Int
  let configuration: SessionConfiguration

  /// Where the channel is.
  package internal(set) var phase = Phase.idle
  /// An instant not after the first deadline of any command; nil if none has one.
  package internal(set) var earliestDeadline: Instant?
  var assembler = ContentAssembler()
  var pending: Deque<Pending> = []
  /// The answers that are due, in order: any number of gets, or one of another kind.
  var awaiting: Deque<Awaiting> = []
  /// Whether gets may join those that are unanswered.
  var mayAddGets = true
  var unconfirmed = UnconfirmedPublishes()
  var consumerTags: Set<String> = []
  var mayPublish = true

  /// A channel that waits to be opened; `frameMax` is what the connection agreed to.
  package init(
    number: UInt16, incarnation: UInt32, frameMax: Int, configuration: SessionConfiguration
  ) {
    self.number = number
    self.incarnation = incarnation
    self.frameMax = frameMax
    self.configuration = configuration
  }

  /// Takes an input; bytes and actions go to `output`.
  package mutating func receive(
    _ input: ChannelInput, at now: Instant, into output: inout ChannelOutput
  ) {
    do throws(WireError) {
      switch input {
      case .open: try open(&output)
      case .frame(let frame): try receive(frame, &output)
      case .submit(let command): submit(command, at: now, &output)
      case .timer: tick(at: now, &output)
      case .close: try close(&output)
      case .abandon(let reason): abandon(reason, &output)
      }
    } catch {
      output.actions.append(.violation(error))
    }
  }

  private mutating func open(_ output: inout ChannelOutput) throws(WireError) {
    guard phase == .idle else { return }
    phase = .opening
    awaiting.append(Awaiting(answer: .channelOpen))
    try send(.channel(.open), &output)
  }

  private mutating func close(_ output: inout ChannelOutput) throws(WireError) {
    guard phase == .open || phase == .opening else { return }
    phase = .closing
    let notice = CloseNotice(replyCode: ReplyCode.success, replyText: "closed by the client")
    try send(.channel(.close(notice)), &output)
    giveUp(.stopped, &output)
  }

  /// Ends the channel and all its commands.
  mutating func abandon(_ reason: LossReason, _ output: inout ChannelOutput) {
    guard phase != .closed else { return }
    phase = .closed
    giveUp(reason, &output)
  }

  private mutating func giveUp(_ reason: LossReason, _ output: inout ChannelOutput) {
    for completion in unconfirmed.abandon(reason) { complete(completion, &output) }
    for case let command? in awaiting.map(\.command) {
      complete(command.token, .indefinite(.lost(reason)), &output)
    }
    awaiting.removeAll()
    for waiting in pending {
      complete(waiting.command.token, .failed(.notWritten(.lost(reason))), &output)
    }
    pending.removeAll()
    consumerTags = []
    earliestDeadline = nil
  }

  private mutating func tick(at now: Instant, _ output: inout ChannelOutput) {
    for completion in unconfirmed.expire(at: now) { complete(completion, &output) }
    for waiting in pending where waiting.deadline <= now {
      complete(waiting.command.token, .failed(.notWritten(.timeout)), &output)
    }
    pending.removeAll { $0.deadline <= now }
    if let command = awaiting.first?.command, command.deadline <= now {
      complete(command.token, .indefinite(.timeout), &output)
      awaiting.removeFirst()
      return output.actions.append(.outOfStep)
    }
    earliestDeadline = nil
    if let deadline = unconfirmed.nextDeadline { note(deadline: deadline) }
    if let command = awaiting.first?.command { note(deadline: command.deadline) }
    for waiting in pending { note(deadline: waiting.deadline) }
    pump(&output)
  }

  mutating func note(deadline: Instant) {
    earliestDeadline = min(earliestDeadline ?? deadline, deadline)
  }

  func send(_ method: Method, _ output: inout ChannelOutput) throws(WireError) {
    try output.writer.method(method, channel: number, frameMax: frameMax)
  }

  func complete(_ token: UInt64, _ outcome: CommandOutcome, _ output: inout ChannelOutput) {
    output.actions.append(.event(.completed(token: token, outcome: outcome)))
  }

  func complete(_ completion: UnconfirmedPublishes.Completion, _ output: inout ChannelOutput) {
    complete(completion.token, completion.outcome, &output)
  }
}
