import AMQP
import Environment

/// A session and a model broker in virtual time, with a wire between them that can be cut once.
struct CutBench {
  /// Where the first connection is cut.
  enum Cut: Hashable {
    case never
    /// After so many bytes from the client; what the broker answers to them is lost.
    case outgoing(Int)
    /// After so many bytes from the broker.
    case incoming(Int)
    /// Before the n-th thing the shell does for the session, bytes included.
    case step(Int)
  }

  var session: SessionMachine
  var broker: ModelBroker
  let cut: Cut
  /// Deliver the broker's bytes one at a time.
  var trickles = false
  private(set) var now = Instant.zero
  private(set) var events: [ChannelEvent] = []
  private(set) var sent = 0
  private(set) var received = 0
  private(set) var steps = 0
  private(set) var connections = 0
  private var timer: Instant?
  private var inputs: [SessionInput] = []
  private var position = 0
  private var isUp = false
  private var wasCut = false

  init(_ configuration: SessionConfiguration, broker: ModelBroker, cut: Cut = .never) {
    session = SessionMachine(configuration)
    self.broker = broker
    self.cut = cut
  }

  /// Feeds an input and everything that follows from it without time passing.
  mutating func feed(_ input: SessionInput) throws {
    inputs.append(input)
    while position < inputs.count {
      let next = inputs[position]
      position += 1
      for action in session.receive(next, at: now) { try perform(action) }
    }
    inputs = []
    position = 0
  }

  /// Lets time pass until `condition` holds; at most `limit` timers.
  mutating func run(limit: Int = 50, until condition: (CutBench) -> Bool) throws {
    for _ in 0..<limit where !condition(self) {
      guard let due = timer else { return }
      timer = nil
      now = max(now, due)
      try feed(.timer)
    }
  }

  /// The outcomes of a token, in order.
  func outcomes(of token: UInt64) -> [CommandOutcome] {
    events.compactMap {
      if case .completed(token, let outcome) = $0 { return outcome }
      return nil
    }
  }

  /// Whether the session told that it wrote the command.
  func wasWritten(_ token: UInt64) -> Bool {
    events.contains {
      if case .written(token, _) = $0 { return true }
      return false
    }
  }

  /// Whether the first incarnation was opened and lost.
  var hasLostTheFirst: Bool {
    events.contains {
      if case .lost(incarnation: 1, reason: _) = $0 { return true }
      return false
    }
  }

  private var mayCut: Bool { connections == 1 && !wasCut }

  private mutating func perform(_ action: SessionAction) throws {
    steps += 1
    if case .step(steps) = cut, mayCut, isUp { sever() }
    switch action {
    case .connect:
      connections += 1
      isUp = true
      inputs.append(.connected)
    case .write(let bytes): if isUp { try carry(bytes) }
    case .disconnect: if isUp { hangUp() }
    case .setTimer(let instant): timer = instant
    case .event(let event): events.append(event)
    }
  }

  private mutating func carry(_ bytes: [UInt8]) throws {
    var bytes = bytes
    if case .outgoing(let limit) = cut, mayCut, sent + bytes.count >= limit {
      bytes = Array(bytes.prefix(max(0, limit - sent)))
      sent += bytes.count
      _ = try broker.receive(bytes)
      return sever()
    }
    sent += bytes.count
    deliver(try broker.receive(bytes))
  }

  private mutating func deliver(_ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    if case .incoming(let limit) = cut, mayCut, received + bytes.count >= limit {
      let head = Array(bytes.prefix(max(0, limit - received)))
      received += head.count
      push(head)
      return sever()
    }
    received += bytes.count
    push(bytes)
  }

  private mutating func push(_ bytes: [UInt8]) {
    if trickles {
      for byte in bytes { inputs.append(.bytes([byte])) }
    } else {
      inputs.append(.bytes(bytes))
    }
  }

  private mutating func sever() {
    wasCut = true
    inputs.append(.connectionClosed("cut"))
    hangUp()
  }

  private mutating func hangUp() {
    isUp = false
    broker.disconnected()
  }
}
