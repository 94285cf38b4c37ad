import Environment
import Operations

/// Counts, for one queue, the operations that may have taken messages that nobody ever saw.
///
/// A `take` that ends in doubt, or never, takes at most one message, at any instant after its
/// invocation; a `drain` any number. So an operation that was invoked after a proof of emptiness
/// cannot have taken what was missing at that proof. They are kept by *epoch*: the number of proofs
/// that surely came before the invocation.
struct TakenInDoubt: Sendable {
  private var takes: [Int] = []
  private var drains: [Int] = []

  /// Notes that an operation with this action was invoked.
  mutating func begin(_ action: Action, epoch: Int) { change(action, epoch, by: 1) }

  /// Notes that it is known what the operation took.
  mutating func end(_ action: Action, epoch: Int) { change(action, epoch, by: -1) }

  private mutating func change(_ action: Action, _ epoch: Int, by difference: Int) {
    switch action {
    case .take:
      makeRoom(for: epoch)
      takes[epoch] += difference
    case .drain:
      makeRoom(for: epoch)
      drains[epoch] += difference
    case .publish, .get, .consume: break
    }
  }

  private mutating func makeRoom(for epoch: Int) {
    let missing = epoch + 1 - takes.count
    if missing <= 0 { return }
    takes.append(contentsOf: repeatElement(0, count: missing))
    drains.append(contentsOf: repeatElement(0, count: missing))
  }

  /// How many operations are in doubt.
  var count: Int { takes.reduce(0, +) + drains.reduce(0, +) }

  /// The most messages that may have been taken at any time; nil if there is no limit.
  var limit: Int? { limit(beforeProof: takes.count) }

  /// The most messages that may have been taken before the proof with this number, from 0; nil if
  /// there is no limit.
  func limit(beforeProof proof: Int) -> Int? {
    if drains.prefix(proof + 1).contains(where: { $0 > 0 }) { return nil }
    return takes.prefix(proof + 1).reduce(0, +)
  }
}

/// How many of the missing messages of a queue were surely lost.
///
/// Let M be the messages that were missing at the latest at a proof, and K the most that may have
/// been taken before it: M - K are lost at least. Both grow from proof to proof, so that the
/// largest such difference is exact: by Hall's condition, each further missing message can have
/// been taken by an operation of its own.
struct SureLoss: Sendable {
  /// How many are surely lost.
  private(set) var count = 0
  /// The first proof that shows it.
  private(set) var proof = 0
  /// How many messages are missing at that proof.
  private(set) var missing = 0

  /// Counts, given for each missing message the first proof after its confirm, and how many
  /// messages may have been taken where they were moved, nil for any number.
  init(missingAtProofs proofs: [Int], doubt: TakenInDoubt, elsewhere: Int? = 0) {
    guard let elsewhere else { return }
    var numbers = Array(repeating: 0, count: (proofs.max() ?? -1) + 1)
    for proof in proofs { numbers[proof] += 1 }
    var missing = 0
    for (proof, number) in numbers.enumerated() {
      missing += number
      guard let here = doubt.limit(beforeProof: proof), missing - here - elsewhere > count else {
        continue
      }
      (count, self.proof, self.missing) = (missing - here - elsewhere, proof, missing)
    }
  }
}
