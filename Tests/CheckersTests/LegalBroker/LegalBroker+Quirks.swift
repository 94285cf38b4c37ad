import Environment
import Operations

/// What a correct broker may do and a checker may trip over.
enum Quirk: Int, CaseIterable, Sendable {
  /// A message is first received with its flag: it was sent before to a connection that was dead.
  case hiddenDelivery
  /// A message comes again after the session was lost that held it.
  case redeliveryAfterLoss
  /// A consumer gives a message back, which comes again.
  case requeue
  /// A publish is refused by a negative confirm, and its message is delivered.
  case nackedYetStored
  /// A publish is refused by a negative confirm, and its message is gone.
  case nacked
  /// An ack is sent into a dead channel, and the message comes again.
  case lostAck
  /// A drain ends in doubt.
  case crashedDrain
  /// What was taken is lost with the connection.
  case lostTake
  /// One ack for several messages.
  case multipleAck
  /// One confirm for several publishes.
  case multipleConfirm
  /// A message is returned as unroutable.
  case returned
  /// A publish is never written.
  case refused
  /// A publish without an answer, whose message is received after the client gave it up.
  case lateAnswer
  /// A publish without an answer, whose message never comes.
  case neverStored
  /// A confirm comes after the client has given the publish up.
  case lateConfirm
  /// A get ends in doubt.
  case unansweredGet
  /// A get takes a message after its client has given it up.
  case lateGet
  /// A consumer is cancelled by the broker and starts again while its deliveries are under way.
  case cancelledInFlight
  /// A consumer holds as many messages as its prefetch allows.
  case fullPrefetch
  /// Several messages are given back, and their session gets one of them again at once.
  case getAfterReturns
}

extension LegalBroker {
  /// The history of `seed` with all quirks, which of them it does most, and how often it did what
  /// no client can see.
  static func makeQuirky(
    seed: UInt64, letters: Letters? = nil
  ) -> (history: History, forced: Quirk, unseen: [Quirk: Int]) {
    let quirks = Quirk.allCases
    let (round, place) = seed.quotientAndRemainder(dividingBy: UInt64(quirks.count))
    let forced = quirks[Int(place)]
    var broker = LegalBroker(
      seed: seed, isCalm: false, letters: letters ?? (round % 4 == 3 ? .kept : .none))
    broker.isQuirky = true
    broker.forced = forced
    broker.isCalm = broker.draws.index(of: 4) == 0
    broker.style = Style.allCases[broker.draws.index(of: Style.allCases.count)]
    switch forced {
    case .crashedDrain, .lostTake, .unansweredGet, .lateGet:
      if broker.style == .pushed { broker.style = .polled }
      broker.isCalm = false
    case .cancelledInFlight, .fullPrefetch: if broker.style == .polled { broker.style = .pushed }
    case .hiddenDelivery, .redeliveryAfterLoss, .lostAck: broker.isCalm = false
    case .getAfterReturns:
      if broker.style == .pushed { broker.style = .polled }
      broker.isCalm = true
    default: break
    }
    broker.run(steps: 80 + broker.draws.index(of: 100))
    return (broker.history, forced, broker.unseen)
  }

  /// Whether it does something now: by chance, or because it was told to.
  mutating func happens(_ quirk: Quirk, _ numerator: UInt64, in denominator: UInt64) -> Bool {
    guard isQuirky else { return false }
    return draws.chance(
      forced == quirk ? Ratio(1, in: 2) : Ratio(numerator, in: denominator))
  }

  mutating func quirkyStep() {
    guard !channels.isEmpty else { return connect(client: 0) }
    let place = draws.index(of: channels.count)
    switch draws.index(of: 100) {
    case 0..<17: publish()
    case 17..<32: receiveSomething()
    case 32..<34: expire()
    case 34..<50: some { $0.isOpen && !$0.toClient.isEmpty }.map { read($0) }
    case 50..<62: some { $0.isOpen && !$0.held.isEmpty }.map { settle($0) }
    case 62..<78: some { $0.isAlive && !$0.toBroker.isEmpty }.map { absorb($0) }
    case 78..<81: if !isCalm { kill(place) }
    case 81: if !isCalm { moveAgain() }
    case 82..<84: decideLate()
    case 84: answerHandled()
    case 85..<88: misbehave(place)
    case 88..<96: force()
    case 96: if style != .pushed { returnSeveral() }
    default: some { !$0.isAlive }.map { noticeOrRead($0) }
    }
  }

  /// One of the channels that `isFit`; nil if there is none.
  private mutating func some(_ isFit: (Channel) -> Bool) -> Int? {
    let fit = channels.indices.filter { isFit(channels[$0]) }
    return fit.isEmpty ? nil : fit[draws.index(of: fit.count)]
  }

  /// Does what it was told to where it is possible at all.
  private mutating func force() {
    switch forced {
    case .hiddenDelivery: some { $0.isAlive && $0.isOpen && $0.isReceiving }.map { cut($0) }
    case .lostTake: some { $0.isAlive && $0.isOpen && $0.isTaking }.map { cut($0) }
    case .redeliveryAfterLoss:
      guard let place = some({ $0.isAlive && $0.isOpen && !$0.held.isEmpty }) else { return }
      let session = channels[place].session
      kill(place)
      while channels.indices.contains(place), channels[place].session == session {
        noticeOrRead(place)
      }
    case .lostAck:
      guard let place = some({ $0.isAlive && $0.isOpen && !$0.held.isEmpty }) else { return }
      settle(place)
      kill(place)
    case .cancelledInFlight:
      some { $0.isConsuming && $0.isOpen && $0.isReceiving }.map { cancel($0) }
    case .unansweredGet, .lateAnswer, .lateConfirm: timeOut()
    case .lateGet:
      // Everything before the get comes first.
      guard let place = some({ $0.isAlive && $0.isOpen && $0.isAsking }) else { return }
      while channels[place].isAsking, !channels[place].isNextAsking { absorb(place) }
      timeOut(channels[place].session)
      absorb(place)
    case .crashedDrain: some { $0.drain != nil && $0.isAlive }.map { kill($0) }
    case .getAfterReturns: returnSeveral()
    default: break
    }
  }

  /// A consumer that waits for nothing gives back several messages and asks for one more.
  private mutating func returnSeveral() {
    let waiting = open.filter { $0.action.isQuestion }.map(\.session)
    some {
      $0.client > 1 && $0.isAlive && $0.isOpen && !$0.isGivenUp && !waiting.contains($0.session)
    }.map { giveBackAndGet($0) }
  }

  /// A connection dies with everything that is on its way to the client, who knows it at once.
  private mutating func cut(_ place: Int) {
    leave(place)
    kill(place)
  }

  private mutating func receiveSomething() {
    let queue = draws.index(of: ready.count)
    switch style {
    case .pushed: push(queue)
    case .polled: poll(queue)
    case .mixed: if draws.index(of: 3) > 0 { push(queue) } else { poll(queue) }
    }
  }

  private mutating func misbehave(_ place: Int) {
    switch draws.index(of: 4) {
    case 0: some { $0.isConsuming && $0.isAlive }.map { cancel($0) }
    case 1: timeOut()
    case 2: if !isCalm { fail() }
    default: if !isCalm, channels[place].isOpen { leave(place) }
    }
  }

  /// The broker ends a consumer: its queue has moved.
  private mutating func cancel(_ place: Int) {
    guard channels[place].isAlive, channels[place].isConsuming else { return }
    channels[place].isConsuming = false
    channels[place].toClient.append(.cancelled)
  }

  /// A client waits no longer for what it asked for. Where that was a message it leaves the
  /// session, to which the message may come yet.
  private mutating func timeOut(_ session: UInt32? = nil) {
    let candidates = open.filter {
      if let session, $0.session != session { return false }
      switch $0.action {
      case .publish: return !$0.isReturned
      case .get, .take: return !isCalm
      case .consume, .drain: return false
      }
    }
    guard !candidates.isEmpty else { return }
    let operation = candidates[draws.index(of: candidates.count)]
    complete(operation.operation, .info(.timeout))
    guard operation.action == .get || operation.action == .take,
      let place = channels.firstIndex(where: { $0.session == operation.session })
    else { return }
    channels[place].isGivenUp = true
  }

  /// A client leaves a session of which the broker does not yet know that it is over.
  private mutating func leave(_ place: Int) {
    channels[place].isOpen = false
    let session = channels[place].session
    if !channels[place].isAlive {
      noteHidden(channels[place].toClient[...])
      channels.remove(at: place)
    }
    lose(session)
  }

  /// A fault that does to the broker what it does anyway.
  private mutating func fail() {
    faults += 1
    let name = ["kill", "isolate", "heal", "start"][draws.index(of: 4)]
    for stage in [FaultStage.began, .proved] {
      add(
        .fault(
          FaultEvent(fault: FaultID(faults), name: name, stage: stage, nodes: [], detail: "")))
    }
  }

  /// The faults are over: what waits is decided, and what is dead is given up.
  mutating func settleDown() {
    while let place = channels.firstIndex(where: { $0.isAlive && ($0.isGivenUp || !$0.isOpen) }) {
      while !channels[place].toBroker.isEmpty, draws.index(of: 3) > 0 { absorb(place) }
      kill(place)
    }
    for place in channels.indices where channels[place].isAlive {
      while !channels[place].toBroker.isEmpty { absorb(place) }
    }
    while !late.isEmpty { decideLate() }
  }

  /// What clients wait for at the end of the run is in doubt, or never ends.
  mutating func giveUpTheRest() {
    for operation in open where draws.index(of: 2) == 0 {
      complete(operation.operation, .info(.runEnded))
    }
  }

  /// The harness closes what is open, and notes it or not.
  mutating func closeTheRest() {
    guard draws.index(of: 2) == 0 else { return }
    for channel in channels { lose(channel.session) }
  }

  /// At the end of the run the logs of all nodes are read, or of none.
  mutating func readLogs() {
    guard draws.index(of: 2) == 0 else { return }
    for node in header.nodes {
      add(.broker(BrokerEvent(kind: .logged, node: node, evidence: .log(.read))))
    }
  }
}

extension Action {
  /// Whether it asks for messages.
  fileprivate var isQuestion: Bool {
    switch self {
    case .get, .take, .drain: true
    case .publish, .consume: false
    }
  }
}
