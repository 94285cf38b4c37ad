import Environment
import Testing

@testable import Linearizability

/// The search and the sweep against a search without shortcuts, and within their bounds.
@Suite struct LinearizabilitySearchTests {
  /// Histories of a model against all orders of them; `whole` is what the same operations are done
  /// to if the parts of the model are not told apart.
  private func expectAgreement<M: DrawnModel, W: Model>(
    _ model: M, whole: W, count: Int, clients: Int = 4, crashes: Int = 5, histories: UInt64 = 2000
  ) throws where M.Operation == W.Operation {
    var (good, bad) = (0, 0)
    for seed in 0..<histories {
      let operations = RandomCalls.make(
        model, count: count, clients: clients, crashes: crashes, seed: seed)
      let hasOrder = OrderSearch.exists(whole, operations)
      let check = LinearizabilityCheck(model, maximumBytes: 1 << 24)
      switch check.verdict(on: operations, isOver: { false }) {
      case .linearizable:
        good += 1
        try #require(hasOrder, "seed \(seed): \(operations)")
        for (_, part) in check.parts(of: operations) {
          var sweep = ConfigurationSweep(model, part, maximumBytes: 1 << 24)
          try #require(sweep.advance(by: .max) == .survives, "seed \(seed): \(operations)")
        }
      case .notLinearizable(let example):
        bad += 1
        try #require(!hasOrder, "seed \(seed): \(operations)")
        let part = operations.filter { model.part(of: $0.operation) == example.part }
        let culprit = OrderSearch.culprit(model, part)
        try #require(example.last.to == culprit?.to, "seed \(seed): \(example) \(operations)")
        try #require(example.certainty == .verified, "seed \(seed)")
        try #require(example.window.contains { $0.number == example.last.number })
      case .unknown(let reason):
        Issue.record("seed \(seed): \(reason) \(operations)")
        return
      }
    }
    let least = Int(histories) / 10
    #expect(good > least && bad > least, "\(good) \(bad)")
  }

  private func expectAgreement<M: DrawnModel>(
    _ model: M, count: Int, clients: Int = 4, crashes: Int = 5, histories: UInt64 = 2000
  ) throws {
    try expectAgreement(
      model, whole: model, count: count, clients: clients, crashes: crashes, histories: histories)
  }

  @Test func readsAndWritesAgree() throws { try expectAgreement(Register(), count: 9, clients: 5) }

  @Test func storesAgree() throws {
    try expectAgreement(KeyValueStore(), whole: WholeStore(), count: 9)
  }

  @Test func registersAgree() throws {
    try expectAgreement(CASRegister(), count: 9)
    try expectAgreement(CASRegister(), count: 10, clients: 7, crashes: 2, histories: 500)
  }

  @Test func locksAgree() throws { try expectAgreement(Lock(), count: 9, clients: 5) }

  @Test func queuesAgree() throws { try expectAgreement(FIFO(), count: 8) }

  @Test func setsAgree() throws { try expectAgreement(NumberSet(), count: 9) }

  @Test func bagsAgree() throws { try expectAgreement(Bag(), count: 8, crashes: 4) }

  // MARK: - Bounds

  /// Many overlapping publishes of which none is ever dequeued in the order in which they come.
  private func hard(_ count: Int) -> [ConcurrentOperation<FIFO.Operation>] {
    let values = (0..<Int64(count)).map {
      ConcurrentOperation(number: Int($0), FIFO.Operation.enqueue($0), from: 0, to: 100)
    }
    return values + [
      ConcurrentOperation(number: count, .dequeue(-1), from: 200, to: 201)
    ]
  }

  @Test func theTimeIsKept() {
    var looks = 0
    let verdict = LinearizabilityCheck(FIFO(), maximumBytes: 1 << 30).verdict(on: hard(20)) {
      looks += 1
      return looks > 5
    }
    guard case .unknown(.outOfTime) = verdict else {
      Issue.record("\(verdict)")
      return
    }
    #expect(looks == 6)
  }

  @Test(arguments: [1 << 20, 5 << 20, 20 << 20]) func theMemoryIsKept(limit: Int) {
    var search = LinearizationSearch(FIFO(), hard(20), maximumBytes: limit)
    #expect(search.advance(by: .max) == .outOfMemory)
    #expect(search.bytes > limit * 9 / 10 && search.bytes < limit * 11 / 10, "\(search.bytes)")
    let verdict = LinearizabilityCheck(FIFO(), maximumBytes: limit).verdict(on: hard(20)) { false }
    guard case .unknown(.outOfMemory) = verdict else {
      Issue.record("\(verdict)")
      return
    }
  }

  /// Nothing wrong is excused by what could not be found out.
  @Test func aWrongPartOutranksAnUndecidedOne() {
    struct Queues: Model {
      struct Operation: Hashable {
        var name: String
        var operation: FIFO.Operation
      }
      let initial: [Int64] = []
      func step(_ state: [Int64], _ operation: Operation) -> Successors<[Int64]> {
        FIFO().step(state, operation.operation)
      }
      func unfinished(_ operation: Operation) -> Operation? { operation }
      func part(of operation: Operation) -> String? { operation.name }
      func digest(of state: [Int64]) -> UInt64 { FIFO().digest(of: state) }
    }
    let undecided = hard(14).map {
      ConcurrentOperation(
        number: $0.number, Queues.Operation(name: "a", operation: $0.operation), from: $0.from,
        to: $0.to)
    }
    let wrong = ConcurrentOperation(
      number: 99, Queues.Operation(name: "b", operation: .dequeue(1)), from: 300, to: 301)
    let check = LinearizabilityCheck(Queues(), maximumBytes: 1 << 20)
    guard case .unknown(.outOfMemory) = check.verdict(on: undecided, isOver: { false }),
      case .notLinearizable(let example) = check.verdict(on: undecided + [wrong], isOver: { false })
    else {
      Issue.record("the wrong part is not found")
      return
    }
    #expect(example.part == "b" && example.last.number == 99)
  }

  /// Equal operations that crashed are as good as one another, so that many of them are easy.
  @Test func manyEqualCrashesAreEasy() {
    var operations = (0..<30).map {
      ConcurrentOperation(number: $0, CASRegister.Operation.write(Int64($0 % 3)), from: 0, to: nil)
    }
    for number in 100..<130 {
      operations.append(
        ConcurrentOperation(
          number: number, .read(Int64(number % 3)), from: Int64(number), to: Int64(number)))
    }
    var search = LinearizationSearch(CASRegister(), operations, maximumBytes: 1 << 26)
    #expect(search.advance(by: 1_000_000) == .linearizable)
    // A value that nobody wrote.
    operations.append(ConcurrentOperation(number: 130, .read(7), from: 500, to: 501))
    var other = LinearizationSearch(CASRegister(), operations, maximumBytes: 1 << 26)
    guard case .notLinearizable = other.advance(by: 10_000_000) else {
      Issue.record("\(String(describing: other.outcome))")
      return
    }
  }

  @Test func hashesFindWhatWasAdded() {
    var index = HashIndex()
    var draws = SeededGenerator(seed: 5)
    var hashes: [UInt32] = []
    for _ in 0..<5000 {
      let hash = UInt32(truncatingIfNeeded: draws.next() % 3000 &* 0x9E37_79B1)
      hashes.append(hash)
      index.add(hash)
    }
    for hash in Set(hashes) {
      var found: [Int] = []
      var number = index.last(hash)
      while number != HashIndex.none {
        found.append(Int(number))
        number = index.previous(number, hash)
      }
      #expect(found.sorted() == hashes.indices.filter { hashes[$0] == hash })
    }
    #expect(index.last(1) == HashIndex.none)
  }
}
