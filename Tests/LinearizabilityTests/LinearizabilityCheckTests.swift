@testable import Linearizability
import Testing

/// Small histories of things, right and wrong ones, as they are drawn in papers.
@Suite struct LinearizabilityCheckTests {
  private func verdict<M: Model>(
    _ model: M, _ calls: [(M.Operation, Int64, Int64?)]
  ) -> LinearizabilityVerdict<M> {
    let operations = calls.enumerated().map { number, call in
      ConcurrentOperation(number: number, call.0, from: call.1, to: call.2)
    }
    return LinearizabilityCheck(model, maximumBytes: 1 << 24).verdict(on: operations) { false }
  }

  private func isLinearizable<M: Model>(
    _ model: M, _ calls: [(M.Operation, Int64, Int64?)]
  ) -> Bool {
    if case .linearizable = verdict(model, calls) { true } else { false }
  }

  private func example<M: Model>(
    _ model: M, _ calls: [(M.Operation, Int64, Int64?)]
  ) -> Counterexample<M>? {
    if case .notLinearizable(let example) = verdict(model, calls) { example } else { nil }
  }

  @Test func nothingIsLinearizable() {
    #expect(isLinearizable(Register(), []))
  }

  @Test func readsSeeTheLastWrite() {
    #expect(isLinearizable(Register(), [(.read(nil), 0, 1), (.write(1), 2, 3), (.read(1), 4, 5)]))
    #expect(!isLinearizable(Register(), [(.write(1), 0, 1), (.read(nil), 2, 3)]))
    #expect(isLinearizable(Register(initial: 4), [(.read(4), 0, 1)]))
    #expect(!isLinearizable(Register(initial: 4), [(.read(nil), 0, 1)]))
  }

  /// Herlihy and Wing: once a read has seen a write, no later read may miss it.
  @Test func readsDoNotGoBack() {
    let write = (Register.Operation.write(1), 0 as Int64, 9 as Int64?)
    #expect(isLinearizable(Register(), [write, (.read(nil), 1, 2), (.read(1), 3, 4)]))
    #expect(!isLinearizable(Register(), [write, (.read(1), 1, 2), (.read(nil), 3, 4)]))
    #expect(isLinearizable(Register(), [write, (.read(1), 1, 4), (.read(nil), 2, 3)]))
  }

  @Test func equalTimesOverlap() {
    #expect(isLinearizable(Register(), [(.write(1), 0, 5), (.read(nil), 5, 6)]))
    #expect(!isLinearizable(Register(), [(.write(1), 0, 4), (.read(nil), 5, 6)]))
  }

  @Test func aCrashedWriteTakesEffectAtAnyLaterTimeOrNever() {
    #expect(isLinearizable(Register(), [(.write(1), 0, nil), (.read(nil), 5, 6)]))
    #expect(
      isLinearizable(
        Register(), [(.write(1), 0, nil), (.read(nil), 5, 6), (.read(1), 100, 101)]))
    #expect(!isLinearizable(Register(), [(.write(1), 7, nil), (.read(1), 5, 6)]))
    // But only once.
    #expect(
      !isLinearizable(
        Register(),
        [(.write(1), 0, nil), (.read(1), 1, 2), (.write(2), 3, 4), (.read(1), 5, 6)]))
    #expect(
      isLinearizable(
        Register(),
        [
          (.write(1), 0, nil), (.write(1), 0, nil), (.read(1), 1, 2), (.write(2), 3, 4),
          (.read(1), 5, 6),
        ]))
  }

  @Test func aCompareAndSetNeedsItsValue() {
    let (from, to) = (1 as Int64, 2 as Int64)
    func calls(_ written: Int64, _ succeeded: Bool?, _ read: Int64) -> Bool {
      isLinearizable(
        CASRegister(),
        [
          (.write(written), 0, 1),
          (.compareAndSet(from: from, to: to, succeeded: succeeded), 2, 3), (.read(read), 4, 5),
        ])
    }
    #expect(calls(1, true, 2) && !calls(1, true, 1))
    #expect(!calls(3, true, 2) && !calls(3, true, 3))
    #expect(calls(3, false, 3) && !calls(1, false, 1))
    #expect(calls(1, nil, 2) && calls(3, nil, 3) && !calls(1, nil, 1))
  }

  @Test func aLockHasOneHolder() {
    #expect(isLinearizable(Lock(), [(.acquire, 0, 1), (.release, 2, 3), (.acquire, 4, 5)]))
    #expect(!isLinearizable(Lock(), [(.acquire, 0, 1), (.acquire, 2, 3)]))
    #expect(!isLinearizable(Lock(), [(.acquire, 0, 1), (.acquire, 2, 4), (.release, 5, 6)]))
    #expect(isLinearizable(Lock(), [(.acquire, 0, 1), (.acquire, 2, 4), (.release, 3, 6)]))
    // A release in doubt explains a second holder, and no third.
    #expect(isLinearizable(Lock(), [(.acquire, 0, 1), (.release, 2, nil), (.acquire, 3, 4)]))
    #expect(
      !isLinearizable(
        Lock(), [(.acquire, 0, 1), (.release, 2, nil), (.acquire, 3, 4), (.acquire, 5, 6)]))
  }

  @Test func aSetHoldsWhatWasAdded() {
    let model = NumberSet()
    #expect(
      isLinearizable(
        model,
        [(.add(2), 0, 1), (.add(1), 0, 1), (.read([1, 2]), 2, 3), (.contains(3, false), 4, 5)]))
    #expect(!isLinearizable(model, [(.add(2), 0, 1), (.read([]), 2, 3)]))
    #expect(!isLinearizable(model, [(.add(2), 0, 1), (.contains(2, false), 2, 3)]))
    #expect(
      isLinearizable(
        model, [(.add(2), 0, 1), (.remove(2, wasIn: true), 2, 3), (.remove(2, wasIn: false), 4, 5)])
    )
    #expect(!isLinearizable(model, [(.add(2), 0, 1), (.remove(2, wasIn: false), 2, 3)]))
    #expect(isLinearizable(model, [(.add(2), 0, 1), (.add(2), 2, 3), (.read([2]), 4, 5)]))
  }

  @Test func aQueueGivesOutWhatCameFirst() {
    let values: [(FIFO.Operation, Int64, Int64?)] = [(.enqueue(1), 0, 1), (.enqueue(2), 2, 3)]
    #expect(isLinearizable(FIFO(), values + [(.dequeue(1), 4, 5), (.dequeue(2), 6, 7)]))
    #expect(!isLinearizable(FIFO(), values + [(.dequeue(2), 4, 5)]))
    #expect(isLinearizable(FIFO(), values + [(.lostDequeue, 4, nil), (.dequeue(2), 5, 6)]))
    #expect(!isLinearizable(FIFO(), values + [(.dequeue(nil), 4, 5)]))
    #expect(isLinearizable(FIFO(), [(.dequeue(nil), 0, 1)] + values))
  }

  @Test func keysAreIndependent() throws {
    let model = KeyValueStore()
    let good: [(KeyValueStore.Operation, Int64, Int64?)] = [
      (.get(key: "a", ""), 0, 1), (.put(key: "a", "x"), 2, 3), (.append(key: "b", "y"), 2, 3),
      (.append(key: "a", "z"), 4, 5), (.get(key: "a", "xz"), 6, 7), (.get(key: "b", "y"), 6, 7),
    ]
    #expect(isLinearizable(model, good))
    let found = try #require(example(model, good + [(.get(key: "b", ""), 8, 9)]))
    #expect(found.part == "b")
    #expect(found.last.number == 6)
    #expect(found.states == ["y"])
  }

  // MARK: - Counterexamples

  /// From Knossos: what comes after the contradiction is not part of it.
  @Test func theCounterexampleIsTheShortestBeginning() throws {
    let found = try #require(
      example(
        CASRegister(),
        [
          (.write(7), -9, -8), (.read(7), -7, -6), (.write(0), 0, 1), (.read(3), 2, 4),
          (.write(4), 3, 5), (.read(4), 6, 7),
        ]))
    #expect(found.last.number == 3)
    #expect(found.window.map(\.number) == [3, 4])
    #expect(found.states == [0])
    #expect(found.certainty == .verified)
    // What had not returned by then counts as if it never did.
    #expect(found.window.map(\.to) == [4, nil])
  }

  @Test func theWindowBeginsInAllStatesThatArePossible() throws {
    let found = try #require(
      example(
        Register(), [(.write(1), 0, 2), (.write(2), 1, 3), (.read(3), 4, 5), (.read(2), 6, 7)]))
    #expect(found.last.number == 2)
    #expect(found.window.map(\.number) == [2])
    #expect(Set(found.states) == [1, 2])
    #expect(found.states.count == 2)
  }

  @Test func crashedOperationsStayInTheWindow() throws {
    let found = try #require(
      example(
        Register(), [(.write(1), 0, nil), (.write(2), 1, 2), (.read(2), 3, 4), (.read(5), 5, 6)]))
    #expect(found.window.map(\.number) == [0, 3])
    #expect(found.certainty == .verified)
  }

  /// A later result may rule out what nobody could know earlier: beginnings are judged without it.
  @Test func resultsThatCameLaterAreNotHeldAgainstABeginning() throws {
    let found = try #require(
      example(
        FIFO(),
        [
          (.enqueue(1), 0, 1), (.enqueue(2), 2, 3), (.dequeue(1), 4, 20), (.dequeue(2), 5, 6),
          (.dequeue(nil), 7, 8), (.dequeue(1), 9, 30),
        ]))
    // Of two dequeues that return 1, the later return is one too many.
    #expect(found.last.number == 5)
  }
}
