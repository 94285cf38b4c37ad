import Environment
import Harness
import Operations
import Testing

@testable import Checkers

/// Messages are found by client and sequence, and nobody makes much room for few messages.
@Suite struct MessagePagesTests {
  private func message(_ client: UInt32, _ sequence: UInt32) -> MessageID {
    MessageID(client: ClientID(client), sequence: sequence)
  }

  @Test func placesAreThoseOfADictionary() throws {
    var draws = SeededGenerator(seed: 0x9A6E)
    var table = ValueTable()
    var expected: [MessageID: Int32] = [:]
    for number in 0..<Int32(40_000) {
      let far = draws.draw(below: 100) == 0
      let sequence = draws.draw(below: far ? 1 << 20 : 60_000)
      let message = message(UInt32(draws.draw(below: 5)), UInt32(sequence))
      if expected[message] == nil {
        try table.add(message, number)
        expected[message] = number
      } else {
        #expect(throws: CheckerFailure.self) { try table.add(message, number) }
      }
    }
    for (message, number) in expected {
      #expect(table.value(of: message) == number)
    }
    #expect(table.value(of: message(9, 0)) == nil && table.value(of: .foreign) == nil)
    let some = try #require(expected.first)
    #expect(table.message(of: some.value) == some.key && table.message(of: 50_000) == nil)
  }

  @Test func numbersFarApartAreRefusedAndLeaveNothingBehind() throws {
    var store = MessageStore(clientBound: 4, hops: 0)
    var state = MessageState()
    state.operation = 1
    _ = try store.add(message(0, 1 << 31), state)
    let high = #expect(throws: CheckerFailure.self) { try store.add(message(1, .max), state) }
    #expect(high?.reason == "message 1.4294967295 has too high a number")
    let slot = try store.add(message(1, 7), state)
    #expect(store[slot].operation == 1 && store.slot(of: message(1, 7)) == slot)
    #expect(store.slot(of: message(1, 8)) == nil && store.slot(of: message(1, .max)) == nil)
    #expect(throws: CheckerFailure.self) { try store.add(message(4, 0), state) }
  }

  @Test func fewMessagesGetFewPages() throws {
    var table = ValueTable()
    let error = #expect(throws: CheckerFailure.self) {
      for page in 0..<UInt32(1 << 17) { try table.add(message(0, page << 7), Int32(page)) }
    }
    #expect(error?.reason.hasPrefix("the history has more messages than the checker can") == true)
    #expect(table.value(of: message(0, 1 << 15)) == 1 << 8)
  }

  @Test func longArraysKeepWhatIsInThem() {
    var numbers: [Int32] = []
    var copies: [[Int32]] = []
    for number in 0..<Int32(70_000) {
      numbers.appendToLong(number)
      if number % 16_384 == 16_383 { copies.append(numbers) }
    }
    numbers.appendToLong(-1, times: 100_000)
    #expect(numbers == Array(0..<70_000) + Array(repeating: -1, count: 100_000))
    #expect(copies.map(\.count) == [16_384, 32_768, 49_152, 65_536])
    #expect(copies.allSatisfy { $0 == Array(0..<Int32($0.count)) })
  }
}
