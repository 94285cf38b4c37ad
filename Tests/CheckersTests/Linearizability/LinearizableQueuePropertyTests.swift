import Checkers
import Environment
import Foundation
import Testing

/// The passes against a search through all orders, and against the definitions pair by pair.
@Suite struct LinearizableQueuePropertyTests {
  typealias Shape = RandomQueueOperations.Shape

  /// How many small histories are tried; `STOAT_QUEUE_HISTORIES` makes it a soak.
  static let histories =
    ProcessInfo.processInfo.environment["STOAT_QUEUE_HISTORIES"].flatMap(UInt64.init) ?? 200_000

  private static let small: [Shape] = [
    Shape(operations: 12, clients: 3), Shape(operations: 8),
    Shape(operations: 11, clients: 4, crashes: 4), Shape(operations: 9, clients: 6, crashes: 3),
    Shape(operations: 11, clients: 3, crashes: 0, batches: 2),
    Shape(operations: 10, clients: 3, crashes: 8, batches: 2),
    Shape(operations: 11, clients: 2, crashes: 8, batches: 4),
    Shape(operations: 11, clients: 3, isOrdered: false),
    Shape(operations: 10, clients: 3, crashes: 4, batches: 2, isOrdered: false),
  ]

  private struct Tally {
    var legal = 0
    var names: [String: Int] = [:]
  }

  /// Small histories in two parts that run side by side.
  @Test(arguments: 0..<2 as Range<UInt64>) func smallHistoriesAgreeWithASearch(part: UInt64) throws
  {
    var fifo = Tally()
    var bag = Tally()
    let count = Self.histories / 2
    for seed in (part * count)..<((part + 1) * count) {
      let shape = Self.small[Int(seed % UInt64(Self.small.count))]
      let (operations, values) = RandomQueueOperations.any(shape, seed: seed)
      guard operations.count <= QueueSearch.maximumOperations else { continue }
      let log = try QueueOperations(ordering: operations, values: values)
      try compare(
        LinearizableFIFO.firstViolation(in: log), operations, isOrdered: true, seed, &fifo)
      try compare(
        LinearizableBag.firstViolation(in: log), operations, isOrdered: false, seed, &bag)
    }
    for (tally, names) in [
      (fifo, ["FRESH", "REPEAT", "ORDER", "LOST", "EMPTY"]), (bag, ["FRESH", "REPEAT", "EMPTY"]),
    ] {
      #expect(tally.legal > Int(count) / 5 && tally.legal < Int(count) * 9 / 10)
      for name in names {
        #expect(tally.names[name, default: 0] > Int(count) / 400, "\(name): \(tally)")
      }
      #expect(tally.names.count == names.count)
    }
  }

  private func compare(
    _ violation: QueueViolation?, _ operations: [QueueOperation], isOrdered: Bool, _ seed: UInt64,
    _ tally: inout Tally
  ) throws {
    let isLegal = QueueSearch.isLinearizable(operations, isOrdered: isOrdered)
    try #require(
      (violation == nil) == isLegal, "seed \(seed), ordered \(isOrdered): \(operations)")
    if let violation {
      tally.names[violation.witness.name, default: 0] += 1
      let check = WitnessCheck(operations, isOrdered: isOrdered)
      try #require(check.confirms(violation.witness), "seed \(seed): \(violation) \(operations)")
    } else {
      tally.legal += 1
    }
  }

  /// Where a crashed get may give back what it took, nothing legal may be called wrong.
  @Test func whatComesBackAccusesNobody() throws {
    var (legal, wrong) = (0, 0)
    for seed in 0..<(Self.histories / 10) {
      let shape = Shape(operations: 10, clients: 3, crashes: 5, givesBack: true)
      let (operations, values) = RandomQueueOperations.any(shape, seed: seed)
      let log = try QueueOperations(ordering: operations, values: values)
      for isOrdered in [true, false] {
        let violation =
          isOrdered
          ? LinearizableFIFO.firstViolation(in: log) : LinearizableBag.firstViolation(in: log)
        guard let violation else {
          legal += 1
          continue
        }
        wrong += 1
        try #require(
          !QueueSearch.isLinearizable(operations, isOrdered: isOrdered),
          "seed \(seed): \(violation) \(operations)")
      }
    }
    #expect(legal > 5000 && wrong > 5000)
  }

  @Test(arguments: [
    Shape(operations: 3000, clients: 5, crashes: 0), Shape(operations: 3000, clients: 20),
    Shape(operations: 2000, clients: 50, crashes: 100),
    Shape(operations: 2000, clients: 10, crashes: 20, batches: 10),
    Shape(operations: 2000, clients: 10, crashes: 30, isOrdered: false),
  ]) func longHistoriesAgreeWithTheDefinitions(shape: Shape) throws {
    var (legal, wrong) = (0, 0)
    for seed in 0..<24 as Range<UInt64> {
      let (operations, values) =
        seed % 3 == 0
        ? RandomQueueOperations.legal(shape, seed: seed)
        : RandomQueueOperations.any(shape, seed: seed)
      let log = try QueueOperations(ordering: operations, values: values)
      let found = LinearizableFIFO.firstViolation(in: log)
      let defined = QueueConditions(operations, values: values).violations()
      try #require((found == nil) == defined.isEmpty, "seed \(seed): \(String(describing: found))")
      let ofBag = LinearizableBag.firstViolation(in: log)
      let definedOfBag = defined.subtracting(["ORDER", "LOST"])
      try #require(
        (ofBag == nil) == definedOfBag.isEmpty, "seed \(seed): \(String(describing: ofBag))")
      if let found {
        wrong += 1
        try #require(
          WitnessCheck(operations, isOrdered: true).confirms(found.witness), "seed \(seed)")
      } else {
        legal += 1
      }
    }
    #expect(legal + wrong == 24 && wrong > 3)
    #expect(legal > 3 || !shape.isOrdered)
  }

  /// The order in which the operations are handed over says nothing, apart from batches.
  @Test func theOrderOfTheArrayDoesNotMatter() throws {
    for seed in 0..<2000 as Range<UInt64> {
      var (operations, values) = RandomQueueOperations.any(Shape(operations: 30), seed: seed)
      let verdict =
        LinearizableFIFO.firstViolation(
          in: try QueueOperations(ordering: operations, values: values)) == nil
      operations.sort { ($0.from, $0.to, $0.value) < ($1.from, $1.to, $1.value) }
      let sorted =
        LinearizableFIFO.firstViolation(
          in: try QueueOperations(ordering: operations, values: values)) == nil
      try #require(verdict == sorted, "seed \(seed)")
    }
  }
}
