import Environment
import Operations

/// Publishes, and what the broker answers.
extension LegalBroker {
  mutating func publish() {
    let publishers = channels.indices.filter { channels[$0].client < 2 && channels[$0].isOpen }
    guard !publishers.isEmpty else { return connect(client: UInt32(draws.index(of: 2))) }
    let place = publishers[draws.index(of: publishers.count)]
    let client = channels[place].client
    let message = MessageID(client: ClientID(client), sequence: nextSequence[Int(client)])
    nextSequence[Int(client)] += 1
    if happens(.refused, 1, in: 30) {
      let operation = begin(.publish(message), place, isWritten: false)
      return add(.completed(operation, .fail(.notWritten)))
    }
    _ = begin(.publish(message), place)
    // A channel that is dead at the broker takes nothing more.
    guard channels[place].isAlive else { return }
    let number = numbers[channels[place].session, default: 0]
    channels[place].toBroker.append(.publish(message, number: number))
    if !isQuirky { absorb(place) }
  }

  /// The broker takes a publish from the connection.
  mutating func store(_ message: MessageID, number: UInt64, _ place: Int) {
    let session = channels[place].session
    if late.contains(where: { $0.session == session }) || happens(.lateAnswer, 1, in: 24) {
      late.append(LatePublish(session: session, message: message, number: number))
    } else if happens(.returned, 1, in: 20) {
      channels[place].toClient.append(.returned(message))
      confirm(number, place)
    } else if happens(.nackedYetStored, 1, in: 24) {
      enter(message, into: 0)
      answer(number, positive: false, place)
    } else if happens(.nacked, 1, in: 30) {
      answer(number, positive: false, place)
    } else {
      enter(message, into: 0)
      confirm(number, place)
    }
  }

  private mutating func answer(_ number: UInt64, positive: Bool, _ place: Int) {
    channels[place].toClient.append(
      .confirm(number: number, multiple: false, positive: positive))
  }

  /// Confirms a publish now, or together with later ones.
  private mutating func confirm(_ number: UInt64, _ place: Int) {
    guard isQuirky else { return answer(number, positive: true, place) }
    channels[place].handled.append(number)
    if !happens(.multipleConfirm, 1, in: 3) { answerHandled(place) }
  }

  /// Confirms everything that was handled on some channel.
  mutating func answerHandled() {
    for place in channels.indices where channels[place].isAlive { answerHandled(place) }
  }

  private mutating func answerHandled(_ place: Int) {
    let handled = channels[place].handled
    guard let last = handled.last else { return }
    channels[place].handled = []
    if handled.count > 1, draws.index(of: 4) > 0 {
      channels[place].toClient.append(.confirm(number: last, multiple: true, positive: true))
    } else {
      for number in handled { answer(number, positive: true, place) }
    }
  }

  /// The client reads a confirm.
  mutating func readConfirm(number: UInt64, multiple: Bool, positive: Bool, _ place: Int) {
    let session = channels[place].session
    add(
      .answered(
        ConfirmAnswer(
          session: SessionID(session), sequence: number, multiple: multiple, positive: positive)))
    for operation in open where operation.session == session {
      guard operation.number == number || multiple && 1..<number ~= operation.number else {
        continue
      }
      complete(
        operation.operation,
        operation.isReturned ? .fail(.returned) : positive ? .ok(.confirmed) : .info(.nacked))
    }
  }

  mutating func readReturn(of message: MessageID, _ place: Int) {
    let session = channels[place].session
    add(.returned(SessionID(session), message))
    for index in open.indices
    where open[index].session == session && open[index].action == .publish(message) {
      open[index].isReturned = true
    }
  }

  /// The majority is there again, or never was: the first publish that waits for it is stored, or
  /// it is thrown away with everything that its session has published since.
  mutating func decideLate() {
    guard let first = late.first else { return }
    let place = channels.firstIndex { $0.session == first.session && $0.isAlive }
    if draws.index(of: 3) > 0 {
      late.removeFirst()
      enter(first.message, into: 0)
      if let place { confirm(first.number, place) }
    } else {
      for entry in late where entry.session == first.session {
        if let place { answer(entry.number, positive: false, place) }
      }
      late.removeAll { $0.session == first.session }
    }
  }
}
