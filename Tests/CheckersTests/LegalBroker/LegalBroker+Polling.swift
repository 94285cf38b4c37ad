import Environment
import Operations

/// Gets, takes and drains.
extension LegalBroker {
  /// Some consumer of a queue asks for a message.
  mutating func poll(_ queue: Int) {
    let consumers = consumers(of: queue)
    let usable = channels.indices.filter {
      consumers.contains(channels[$0].client) && channels[$0].isOpen && !channels[$0].isGivenUp
    }
    guard usable.contains(where: { channels[$0].isAlive }) else {
      return connect(client: consumers[draws.index(of: consumers.count)])
    }
    ask(usable[draws.index(of: usable.count)])
  }

  private mutating func ask(_ place: Int) {
    let isAsking = open.contains {
      $0.session == channels[place].session && ($0.action == .get || $0.action == .take)
    }
    guard !isAsking else { return }
    if channels[place].drain == nil, happens(.crashedDrain, 1, in: 12) {
      channels[place].drain = begin(.drain, place)
    }
    let isTake = channels[place].drain != nil || happens(.lostTake, 1, in: 4)
    let operation = begin(isTake ? .take : .get, place)
    guard channels[place].isAlive else { return }
    channels[place].toBroker.append(.get(operation, isTake: isTake))
  }

  /// The broker answers a get or a take.
  mutating func serve(_ operation: OperationID, isTake: Bool, _ place: Int) {
    let queue = channels[place].queue
    guard !ready[queue].isEmpty else {
      channels[place].toClient.append(.empty(operation))
      return
    }
    if !open.contains(where: { $0.operation == operation }) { unseen[.lateGet, default: 0] += 1 }
    let receipt = send(ready[queue].removeFirst(), place, consumer: nil)
    if isTake { channels[place].unacked.removeLast() }
    channels[place].toClient.append(.got(operation, receipt, isTake: isTake))
  }

  mutating func readAnswer(
    _ operation: OperationID, _ receipt: Receipt, isTake: Bool, _ place: Int
  ) {
    // Nobody waits for the answer any more: the message goes back with the session.
    guard open.contains(where: { $0.operation == operation }) else { return }
    complete(operation, .ok(.message(receipt)))
    if !isTake { channels[place].held.append(receipt.tag) }
  }

  mutating func readEmpty(_ operation: OperationID, _ place: Int) {
    complete(operation, .ok(.empty))
    guard let drain = channels[place].drain else { return }
    channels[place].drain = nil
    complete(drain, .ok(.empty))
  }

  /// A connection ends in the middle of a drain, whose last takes nobody has noted.
  mutating func takeUnseen(_ place: Int) {
    let mayFinish = channels[place].toClient.contains {
      if case .empty = $0 { true } else { false }
    }
    guard channels[place].isOpen, channels[place].drain != nil, !mayFinish else { return }
    let queue = channels[place].queue
    for _ in 0..<draws.index(of: 3) where !ready[queue].isEmpty {
      ready[queue].removeFirst()
      unseen[.lostTake, default: 0] += 1
    }
  }

  /// Counts what was sent to a connection and never read.
  mutating func noteHidden(_ pushed: ArraySlice<Pushed>) {
    for case .got(_, _, let isTake) in pushed where isTake { unseen[.lostTake, default: 0] += 1 }
  }
}
