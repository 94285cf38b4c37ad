import Testing

@testable import Linearizability

/// Counterexamples that are right, and ones in which one thing is wrong.
@Suite struct CounterexampleVerifierTests {
  private typealias Call = ConcurrentOperation<CASRegister.Operation>

  /// Wrong from the return of 5 on, and once more at 6.
  private let calls = [
    Call(number: 0, .write(1), from: 0, to: 1), Call(number: 1, .write(2), from: 2, to: nil),
    Call(number: 2, .read(2), from: 3, to: 4), Call(number: 3, .write(4), from: 10, to: nil),
    Call(number: 4, .read(2), from: 11, to: 12), Call(number: 5, .read(7), from: 11, to: 14),
    Call(number: 6, .read(8), from: 13, to: 15),
  ]

  private func found() throws -> Counterexample<CASRegister> {
    let check = LinearizabilityCheck(CASRegister(), maximumBytes: 1 << 20)
    guard case .notLinearizable(let example) = check.verdict(on: calls, isOver: { false }) else {
      throw NotFound()
    }
    return example
  }

  private struct NotFound: Error {}

  private func judge(
    _ example: Counterexample<CASRegister>, maximumBytes: Int = 1 << 20, isOver: Bool = false
  ) -> CounterexampleVerifier<CASRegister>.Judgement {
    let bounds = SearchBounds(maximumBytes: maximumBytes) { isOver }
    return CounterexampleVerifier(Beginnings(CASRegister(), calls), within: bounds).judge(example)
  }

  @Test func whatIsFoundHolds() throws {
    let example = try found()
    #expect(example.certainty == .verified)
    #expect(example.last == calls[5])
    #expect(example.window.map(\.number) == [1, 3, 4, 5])
    #expect(example.effects == [.certain, .none, .none, .none])
    #expect(example.states == [2])
    #expect(Set(example.statesAtReturn) == [2, 4])
    #expect(judge(example) == .holds)
  }

  @Test func anotherEndIsRefuted() throws {
    var example = try found()
    example.last = calls[4]
    #expect(judge(example) == .refuted(.hasOrder))
    example.last = calls[6]
    #expect(judge(example) == .refuted(.isNotShortest))
    example.last = calls[1]
    #expect(judge(example) == .refuted(.unknownOperation))
    example.last.operation = .read(9)
    #expect(judge(example) == .refuted(.unknownOperation))
  }

  @Test func anotherWindowIsRefuted() throws {
    let right = try found()
    for place in right.window.indices {
      var example = right
      example.window.remove(at: place)
      #expect(judge(example) == .refuted(.otherWindow))
      example = right
      example.effects[place] = .possible
      #expect(judge(example) == .refuted(.otherWindow))
    }
    var example = right
    example.window.append(calls[6])
    #expect(judge(example) == .refuted(.otherWindow))
  }

  @Test func otherStatesAreRefuted() throws {
    var example = try found()
    example.states = [2, 4]
    #expect(judge(example) == .refuted(.otherStates))
    example = try found()
    example.statesAtReturn.removeLast()
    #expect(judge(example) == .refuted(.otherStates))
  }

  @Test func withoutTimeOrMemoryNothingIsSaid() throws {
    #expect(judge(try found(), isOver: true) == .undecided)
    #expect(judge(try found(), maximumBytes: 1) == .undecided)
  }

  /// When the time is over after the search, the verdict stays, and what is claimed is certain.
  @Test func anUnverifiedCounterexampleHasNoOrder() throws {
    for limit in 1...6 {
      var looks = 0
      let verdict = LinearizabilityCheck(CASRegister(), maximumBytes: 1 << 20).verdict(on: calls) {
        looks += 1
        return looks > limit
      }
      guard case .notLinearizable(let example) = verdict else {
        Issue.record("\(limit): \(verdict)")
        continue
      }
      #expect(limit > 1 || example.certainty == .notVerified)
      let beginning = calls.map { call in
        let isKnown = call.to.map { $0 <= example.last.to ?? 0 } ?? false
        return isKnown ? call : CASRegister().unfinished(call)
      }
      #expect(!OrderSearch.exists(CASRegister(), beginning.compactMap(\.self)))
    }
  }
}
