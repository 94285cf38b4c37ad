import Environment
import Operations

/// Deliveries that are pushed, and what the consumers say of them.
extension LegalBroker {
  /// Starts a consumer on a channel.
  mutating func consume(_ place: Int) {
    let prefetch = draws.index(of: 4)
    let operation = begin(.consume(prefetch: UInt16(prefetch)), place)
    guard channels[place].isAlive else { return }
    channels[place].isConsuming = true
    channels[place].consumers += 1
    channels[place].prefetch = prefetch == 0 ? nil : prefetch
    channels[place].toClient.append(.consuming(operation))
  }

  mutating func push(_ queue: Int) {
    let consumers = consumers(of: queue)
    let alive = channels.indices.filter {
      consumers.contains(channels[$0].client) && channels[$0].isAlive
    }
    guard !alive.isEmpty else {
      return connect(client: consumers[draws.index(of: consumers.count)])
    }
    let hungry = alive.filter { isHungry(channels[$0]) }
    guard !ready[queue].isEmpty, !hungry.isEmpty else { return }
    let place = hungry[draws.index(of: hungry.count)]
    let receipt = send(ready[queue].removeFirst(), place, consumer: channels[place].consumers)
    channels[place].toClient.append(.delivery(receipt))
  }

  private func isHungry(_ channel: Channel) -> Bool {
    channel.isConsuming
      && channel.unacked.count { $0.consumer == channel.consumers } < channel.prefetch ?? .max
  }

  /// Gives a message its delivery tag, and lends it to a channel.
  mutating func send(_ entry: Entry, _ place: Int, consumer: Int?) -> Receipt {
    let tag = channels[place].nextTag
    channels[place].nextTag += 1
    let receipt = Receipt(
      session: SessionID(channels[place].session), tag: tag, message: entry.message,
      redelivered: entry.wasSent)
    channels[place].unacked.append(
      Unacked(
        tag: tag, entry: Entry(message: entry.message, position: entry.position, wasSent: true),
        consumer: consumer))
    return receipt
  }

  /// The client reads one thing from its connection.
  mutating func read(_ place: Int) {
    guard channels[place].isOpen, !channels[place].toClient.isEmpty else { return }
    switch channels[place].toClient.removeFirst() {
    case .delivery(let receipt):
      channels[place].held.append(receipt.tag)
      let queue = header.queues[channels[place].queue].id
      add(.delivered(Delivery(queue: queue, receipt: receipt)))
    case .consuming(let operation): complete(operation, .ok(.accepted))
    case .cancelled: consume(place)
    case .confirm(let number, let multiple, let positive):
      readConfirm(number: number, multiple: multiple, positive: positive, place)
    case .returned(let message): readReturn(of: message, place)
    case .got(let operation, let receipt, let isTake):
      readAnswer(operation, receipt, isTake: isTake, place)
    case .empty(let operation): readEmpty(operation, place)
    }
  }

  mutating func settle(_ place: Int) {
    guard channels[place].isOpen, !channels[place].held.isEmpty else { return }
    let kinds = [SettlementKind.requeue, .reject, .discard, .ack, .ack, .ack, .ack, .ack]
    let kind = kinds[draws.index(of: kinds.count)]
    // What a client does not know of it must not ack.
    let multiple =
      kind != .reject && !channels[place].isGivenUp && happens(.multipleAck, 1, in: 4)
    let count = channels[place].held.count
    let tag = channels[place].held[
      multiple ? count - 1 - draws.index(of: (count + 1) / 2) : draws.index(of: count)]
    settle(tag, kind, multiple: multiple, place)
  }

  private mutating func settle(
    _ tag: UInt64, _ kind: SettlementKind, multiple: Bool, _ place: Int
  ) {
    channels[place].held.removeAll { $0 == tag || multiple && $0 < tag }
    if channels[place].isAlive {
      channels[place].toBroker.append(.settle(tag: tag, kind, multiple: multiple))
    }
    add(
      .settled(
        Settlement(
          session: SessionID(channels[place].session), tag: tag, multiple: multiple, kind: kind)))
  }

  /// A client gives back several messages at once, and gets an answer to one more get after that.
  mutating func giveBackAndGet(_ place: Int) {
    let queue = channels[place].queue
    while channels[place].held.count < 2, !ready[queue].isEmpty { getAtOnce(place) }
    guard let tag = channels[place].held.last else { return }
    settle(tag, .requeue, multiple: true, place)
    getAtOnce(place)
  }

  private mutating func getAtOnce(_ place: Int) {
    channels[place].toBroker.append(.get(begin(.get, place), isTake: false))
    while !channels[place].toBroker.isEmpty { absorb(place) }
    while !channels[place].toClient.isEmpty { read(place) }
  }

  /// The broker takes one request from the connection.
  mutating func absorb(_ place: Int) {
    guard channels[place].isAlive, !channels[place].toBroker.isEmpty else { return }
    switch channels[place].toBroker.removeFirst() {
    case .publish(let message, let number): store(message, number: number, place)
    case .get(let operation, let isTake): serve(operation, isTake: isTake, place)
    case .settle(let tag, let kind, let multiple):
      let settled = channels[place].unacked.filter { $0.tag == tag || multiple && $0.tag < tag }
      channels[place].unacked.removeAll { $0.tag == tag || multiple && $0.tag < tag }
      switch kind {
      case .ack: break
      case .requeue, .reject: requeue(settled.map(\.entry), to: channels[place].queue)
      case .discard: if channels[place].queue == 0 { settled.forEach { move($0.entry) } }
      }
    }
  }

  /// The first message of the first queue is too old.
  mutating func expire() {
    if letters != .none, !ready[0].isEmpty { move(ready[0].removeFirst()) }
  }

  /// Moves a message to the queue of dead letters, where it is new.
  private mutating func move(_ entry: Entry) {
    switch letters {
    case .none: break
    case .dropped where draws.index(of: 3) == 0: dropped.append(entry.message)
    case .kept, .dropped:
      enter(entry.message, into: 1)
      moved.append(Entry(message: entry.message, position: entry.position, wasSent: true))
    }
  }

  /// Another node takes over, and does not know of a message that it was moved.
  mutating func moveAgain() {
    guard letters == .kept, !moved.isEmpty else { return }
    add(
      .fault(
        FaultEvent(fault: FaultID(0), name: "kill", stage: .proved, nodes: [], detail: "")))
    let entry = moved[draws.index(of: moved.count)]
    moved.removeAll { $0.message == entry.message }
    ready[0].insert(entry, at: 0)
  }
}
