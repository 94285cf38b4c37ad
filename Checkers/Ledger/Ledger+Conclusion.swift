import Environment
import Harness
import Operations

extension Ledger {
  /// What became of a publish attempt, as far as it can be told from itself alone.
  ///
  /// Of the lost messages `excuse` takes back as many as others may have taken unseen.
  static func fate(of passage: Passage, in ledger: borrowing Ledger) -> Fate {
    switch passage.published.end {
    case .refused: return .refused
    case .returned: return .returned
    case .confirmed:
      if passage.isSeenAtSource { return .delivered }
      if passage.isSeen { return .deadLettered }
      return ledger.isGone(passage) ? .lost : .undrained
    case .doubtful, .open, .moved:
      // Where the history ends before the publish did, its end is in doubt.
      if passage.isSeen { return .recovered }
      return ledger.isGone(passage) ? .vanished : .undrained
    }
  }

  /// Decides all fates and counts what only the end of the history shows.
  mutating func close() throws(CheckerFailure) {
    var tallies = Array(repeating: Tally(), count: queues.count)
    let messages = self.messages
    messages.forEach { message, slot, state in
      tallies[Int(state.queue)].count(state)
      let passage = Self.passage(of: message, state, in: messages, routes: routes)
      judge(
        passage, Tally.Subject(message: message, operation: state.operation, slot: slot), &tallies)
    }
    messages.forEachLetter { tallies[Int($0.queue)].count($0) }
    for place in queues.indices {
      excuse(&tallies[place], of: place)
      try tallies[place].compare(with: queues[place].totals)
      queues[place].totals.held = tallies[place].holds + phantomsHeld(of: place)
      report(tallies[place], of: place)
    }
  }

  private mutating func judge(
    _ passage: Passage, _ subject: Tally.Subject, _ tallies: inout [Tally]
  ) {
    let place = Int(passage.published.queue)
    let fate = Self.fate(of: passage, in: self)
    queues[place].totals[fate] += 1
    if passage.isSeen, !passage.isSeenAtSource { queues[place].totals.movedUnseen += 1 }
    switch passage.published.end {
    case .confirmed: queues[place].totals.confirmed += 1
    case .doubtful, .open: queues[place].totals.doubtful += 1
    case .refused, .returned, .moved: break
    }
    if fate == .undrained, passage.published.end == .confirmed {
      queues[place].totals.undrainedConfirmed += 1
    }
    if fate == .lost { tallies[place].lost.append(subject) }
    if passage.isSeen, fate == .refused || fate == .returned {
      tallies[place].failed.append(subject)
    }
    judgeUnfinished(passage, subject, &tallies)
  }

  /// Finds confirmed messages that were delivered and given back or discarded, and whose next
  /// delivery never came.
  private mutating func judgeUnfinished(
    _ passage: Passage, _ subject: Tally.Subject, _ tallies: inout [Tally]
  ) {
    guard passage.published.end == .confirmed, let hop = passage.lastHop, !passage.isAcked else {
      return
    }
    let path = routes[Int(passage.published.queue)]
    let mayBeTaken = path.contains { queues[$0].doubt.count > 0 }
    if !passage.isFinishedLast {
      guard passage.holds == 0, isGone(passage) else { return }
      if mayBeTaken {
        queues[path[0]].totals.untraced += 1
      } else {
        tallies[path[0]].dropped.append(subject)
      }
    } else if hop + 1 < path.count {
      if passage.holds == 0, !mayBeTaken, isGone(passage) {
        tallies[path[hop]].lostLetters.append(subject)
      } else {
        queues[path[hop]].totals.undrainedLetters += 1
      }
    }
  }

  /// Leaves only those losses for which nothing in doubt accounts; the rest nobody can tell.
  private mutating func excuse(_ tally: inout Tally, of place: Int) {
    queues[place].totals.takenInDoubt = queues[place].doubt.count
    let proofs = tally.lost.map { subject in
      messages[subject.slot].endedAt.flatMap { queues[place].firstProof(after: $0) } ?? 0
    }
    let loss = SureLoss(
      missingAtProofs: proofs, doubt: queues[place].doubt, elsewhere: takenElsewhere(from: place))
    let excused = tally.lost.count - loss.count
    queues[place].totals[.lost] -= excused
    queues[place].totals[.undrained] += excused
    queues[place].totals.undrainedConfirmed += excused
    queues[place].totals.excused = excused
    guard excused > 0 else { return }
    let missing = zip(tally.lost, proofs).filter { $0.1 <= loss.proof }.map(\.0)
    tally.lost = Array(missing.sorted { $0.operation < $1.operation }.prefix(loss.count))
    tally.missing = loss.missing
  }

  /// The most messages of a queue that may have been taken where its dead letters go; nil if there
  /// is no limit.
  private func takenElsewhere(from place: Int) -> Int? {
    var sum = 0
    for target in routes[place].dropFirst() {
      guard let limit = queues[target].doubt.limit else { return nil }
      sum += limit
    }
    return sum
  }

  private func phantomsHeld(of queue: Int) -> Int {
    sessions.live.reduce(0) { $0 + sessions[$1].held.phantoms(of: queue) }
  }

  private mutating func report(_ tally: Tally, of place: Int) {
    queues[place].totals[.failedYetDelivered].messages = tally.failed.count
    queues[place].totals[.droppedUnacknowledged].messages = tally.dropped.count
    queues[place].totals[.lostDeadLetter].messages = tally.lostLetters.count
    let (proof, emptied) = emptiness(of: place)
    for subject in tally.lost.sorted(by: { $0.operation < $1.operation }) {
      report(\.lost, of: place) {
        $0.witness(
          subject, to: proof, "was never delivered; \(emptied)\(tally.lossDoubt)")
      }
    }
    for subject in tally.dropped.sorted(by: { $0.operation < $1.operation }) {
      report(\.dropped, of: place) {
        $0.witness(
          subject, to: proof,
          "was delivered and given back, never acked, and gone: \(emptied)")
      }
    }
    for subject in tally.lostLetters.sorted(by: { $0.operation < $1.operation }) {
      report(\.lostLetters, of: place) {
        $0.witness(
          subject, to: proof,
          "was discarded from \($0.queues[place].description.name) and never delivered as a dead "
            + "letter; \(emptied)")
      }
    }
    for subject in tally.failed.sorted(by: { $0.operation < $1.operation }) {
      report(\.integrity, of: place) {
        let seenAt = $0.seenAt(subject) ?? proof
        return $0.witness(subject, to: seenAt, "certainly failed and was delivered")
      }
    }
  }

  /// When a queue, and those that get its dead letters, were last proved empty.
  private func emptiness(of place: Int) -> (Instant, String) {
    var last = Instant.zero
    var texts: [String] = []
    for queue in routes[place] {
      guard let proof = queues[queue].proofs.last else { continue }
      last = max(last, Instant(nanoseconds: proof))
      texts.append(
        "\(queues[queue].description.name) was proved empty at "
          + Instant(nanoseconds: proof).text)
    }
    return (last, texts.joined(separator: ", "))
  }

  /// When a message was first received, from whatever queue.
  private func seenAt(_ subject: Tally.Subject) -> Instant? {
    let state = messages[subject.slot]
    let passage = Self.passage(of: subject.message, state, in: messages, routes: routes)
    return ([state] + passage.letters.compactMap { $0 }).compactMap(\.seenAt).min()
  }

  private func witness(_ subject: Tally.Subject, to: Instant, _ text: WitnessText) -> Witness {
    let state = messages[subject.slot]
    let invokedAt = Instant(nanoseconds: state.invokedAt)
    let client = subject.message.client
    let node = index.client(client)?.node
    let ended = state.endedAt.map { ", \(state.end) at \($0.text)," } ?? ""
    return Witness(
      message: subject.message, operations: [OperationID(subject.operation)], from: invokedAt,
      to: to,
      text: "\(subject.message), published by "
        + "\(client, publishing: subject.message, on: node) at \(invokedAt.text)\(ended) \(text)")
  }
}
