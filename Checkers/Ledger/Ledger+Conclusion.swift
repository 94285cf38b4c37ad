import Environment
import Harness
import Operations

extension Ledger {
  /// What became of a publish attempt, as far as it can be told from itself alone.
  ///
  /// Of the lost messages `excuse` takes back as many as others may have taken unseen.
  static func fate(of state: MessageState, in queue: QueueLedger) -> Fate {
    let isSeen = state.flags.contains(.seen)
    switch state.end {
    case .refused: return .refused
    case .returned: return .returned
    case .confirmed:
      if isSeen { return .delivered }
      return queue.isProved(after: state.endedAt) ? .lost : .undrained
    case .doubtful:
      if isSeen { return .recovered }
      return queue.isProved(after: state.endedAt) ? .vanished : .undrained
    case .open:
      // The history ends before the publish did, so that its end is in doubt.
      if isSeen { return .recovered }
      let invokedAt = Instant(nanoseconds: state.invokedAt)
      return queue.isProved(after: invokedAt) ? .vanished : .undrained
    }
  }

  /// Whether every delivery was given back, none acked, and the queue then proved empty.
  static func isDropped(_ state: MessageState, in queue: QueueLedger) -> Bool {
    guard state.end == .confirmed, state.flags.contains(.seen), state.holds == 0,
      !state.flags.contains(.finished)
    else { return false }
    return state.seenEpoch < queue.epoch && queue.isProved(after: state.endedAt)
  }

  /// Decides all fates and counts what only the end of the history shows.
  mutating func close() throws(CheckerFailure) {
    var tallies = Array(repeating: Tally(), count: queues.count)
    let messages = self.messages
    messages.forEach { message, slot, state in
      let place = Int(state.queue)
      let fate = Self.fate(of: state, in: queues[place])
      queues[place].totals[fate] += 1
      switch state.end {
      case .confirmed: queues[place].totals.confirmed += 1
      case .doubtful, .open: queues[place].totals.doubtful += 1
      case .refused, .returned: break
      }
      if fate == .undrained, state.end == .confirmed {
        queues[place].totals.undrainedConfirmed += 1
      }
      let isDropped = Self.isDropped(state, in: queues[place])
      tallies[place].count(message, slot, state, fate, isDropped: isDropped)
    }
    for place in queues.indices {
      excuse(&tallies[place], of: place)
      try tallies[place].compare(with: queues[place].totals)
      queues[place].totals.held = tallies[place].holds + phantomsHeld(of: place)
      report(tallies[place], of: place)
    }
  }

  /// Leaves only those losses for which nothing in doubt accounts; the rest nobody can tell.
  private mutating func excuse(_ tally: inout Tally, of place: Int) {
    queues[place].totals.takenInDoubt = queues[place].doubt.count
    let proofs = tally.lost.map { subject in
      messages[subject.slot].endedAt.flatMap { queues[place].firstProof(after: $0) } ?? 0
    }
    let loss = SureLoss(missingAtProofs: proofs, doubt: queues[place].doubt)
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

  private func phantomsHeld(of queue: Int) -> Int {
    sessions.live.reduce(0) { $0 + sessions[$1].held.phantoms(of: queue) }
  }

  private mutating func report(_ tally: Tally, of place: Int) {
    queues[place].totals[.failedYetDelivered].messages = tally.failed.count
    queues[place].totals[.droppedUnacknowledged].messages = tally.dropped.count
    let proof = queues[place].proofs.last.map { Instant(nanoseconds: $0) } ?? .zero
    let name = queues[place].description.name
    for subject in tally.lost.sorted(by: { $0.operation < $1.operation }) {
      report(\.lost, of: place) {
        $0.witness(
          subject, to: proof,
          "was never delivered; \(name) was proved empty at \(proof.text)" + tally.lossDoubt)
      }
    }
    for subject in tally.dropped.sorted(by: { $0.operation < $1.operation }) {
      report(\.dropped, of: place) {
        $0.witness(
          subject, to: proof,
          "was delivered and given back, never acked, and gone when \(name) was proved empty")
      }
    }
    for subject in tally.failed.sorted(by: { $0.operation < $1.operation }) {
      report(\.integrity, of: place) {
        let seenAt = $0.messages[subject.slot].seenAt ?? proof
        return $0.witness(subject, to: seenAt, "certainly failed and was delivered")
      }
    }
  }

  private func witness(_ subject: Tally.Subject, to: Instant, _ text: String) -> Witness {
    let state = messages[subject.slot]
    let invokedAt = Instant(nanoseconds: state.invokedAt)
    let client = subject.message.client
    let node = index.client(client).map { " on \($0.node)" } ?? ""
    let ended = state.endedAt.map { ", \(state.end) at \($0.text)," } ?? ""
    return Witness(
      message: subject.message, operations: [OperationID(subject.operation)], from: invokedAt,
      to: to,
      text: "message \(subject.message), published by client \(client)\(node) at "
        + "\(invokedAt.text)\(ended) \(text)")
  }
}
