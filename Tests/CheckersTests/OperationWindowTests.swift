import Environment
import Harness
import Operations
import Testing

@testable import Checkers

/// Operations are found by their numbers, however many of those nobody uses.
@Suite struct OperationWindowTests {
  @Test func numbersMayLieFarApart() throws {
    var window = OperationWindow<String>()
    try window.open(OperationID(0), "a")
    try window.open(OperationID(2_000_000), "b")
    try window.open(OperationID(4_000_000_000), "c")
    #expect(window[OperationID(0)] == "a" && window[OperationID(2_000_000)] == "b")
    #expect(window[OperationID(1)] == nil && window.isPast(OperationID(1)))
    window.update(OperationID(0), "d")
    #expect(try window.close(OperationID(0)) == "d")
    #expect(throws: CheckerFailure.self) { try window.close(OperationID(0)) }
    #expect(try window.close(OperationID(4_000_000_000)) == "c")
    #expect(try window.close(OperationID(2_000_000)) == "b")
    #expect(throws: CheckerFailure.self) { try window.open(OperationID(3_000_000_000), "e") }
  }

  /// A dictionary must agree, with gaps of all widths and ends in any order.
  @Test func itDoesWhatADictionaryDoes() throws {
    var draws = SeededGenerator(seed: 0x57A6)
    for _ in 0..<200 {
      var window = OperationWindow<Int>()
      var open: [UInt32: Int] = [:]
      var next: UInt32 = 0
      for step in 0..<600 {
        if open.isEmpty || draws.draw(below: 2) == 0 {
          next += UInt32([1, 1, 1, 1, 1, 3, 9, 10, 5_000][draws.index(of: 9)])
          try window.open(OperationID(next), step)
          open[next] = step
        } else {
          let number = open.keys.sorted()[draws.index(of: open.count)]
          window.update(OperationID(number), step)
          #expect(try window.close(OperationID(number)) == step)
          open[number] = nil
        }
        for number in open.keys.sorted() { #expect(window[OperationID(number)] == open[number]) }
        #expect(window.all == open.keys.sorted().map { open[$0] })
      }
    }
  }

  /// One that stays open while thousands come and go does not hold their room.
  @Test func aStragglerSurvivesTheSlidingOfTheWindow() throws {
    var window = OperationWindow<Int>()
    try window.open(OperationID(3), 3)
    for number in stride(from: UInt32(100), to: 20_000, by: 1) {
      try window.open(OperationID(number), Int(number))
      if number >= 110 { #expect(try window.close(OperationID(number - 10)) == Int(number) - 10) }
      #expect(window.isPast(OperationID(number)) && !window.isPast(OperationID(number + 1)))
    }
    #expect(window[OperationID(3)] == 3 && window[OperationID(19_998)] == 19_998)
    window.update(OperationID(3), 4)
    #expect(try window.close(OperationID(3)) == 4)
  }

  /// Where much stays open the window gets wider instead of moving on, and finds everything.
  @Test func thousandsMayBeOpenAtATime() throws {
    var window = OperationWindow<UInt32>()
    for number in 0..<UInt32(30_000) {
      try window.open(OperationID(number), number)
      if number >= 10_000 {
        let oldest = number - 10_000
        #expect(try window.close(OperationID(oldest)) == oldest)
        #expect(window[OperationID(oldest)] == nil)
      }
    }
    #expect(window.all == Array(20_000..<30_000))
    #expect(throws: CheckerFailure.self) { try window.open(OperationID(29_999), 0) }
  }

  /// A dictionary must agree over many slides, while a few stay open for ever; and the window does
  /// not grow.
  @Test(arguments: [0, 1, 50, 700]) func itSlidesOverWhatStaysOpen(lasting: UInt64) throws {
    var draws = SeededGenerator(seed: lasting)
    var window = OperationWindow<Int>()
    var open: [UInt32: Int] = [:]
    var recent: [UInt32] = []
    var next: UInt32 = 0
    var widest = 0
    for step in 0..<30_000 {
      next += draws.draw(below: 20) == 0 ? UInt32(1 + draws.draw(below: 9)) : 1
      try window.open(OperationID(next), step)
      open[next] = step
      // One in fifty never ends.
      if draws.draw(below: 50) > 0 || lasting == 0 { recent.append(next) }
      while recent.count > 10 + Int(lasting) {
        let number = recent.remove(at: draws.index(of: recent.count))
        #expect(try window.close(OperationID(number)) == open.removeValue(forKey: number))
        #expect(window[OperationID(number)] == nil)
      }
      let asked = UInt32(draws.draw(below: UInt64(next) + 2))
      #expect(window[OperationID(asked)] == open[asked])
      widest = max(widest, window.span)
    }
    #expect(window.all == open.keys.sorted().map { open[$0] })
    #expect(widest < 16_384, "\(widest)")
  }
}
