import Harness
import Operations
import Testing

@testable import Sessions

@Suite struct CommandBatchTests {
  @Test func somebodyIsAskedOncePerTurn() {
    var batch = CommandBatch()
    #expect(batch.isEmpty)
    let commands = (0..<3).map { SessionCommand.get(OperationID($0), queue: "q") }
    var isAsked: [Bool] = []
    for command in commands { isAsked.append(batch.add(command)) }
    #expect(isAsked == [true, false, false])
    var taken = batch.take()
    #expect(taken == commands && batch.isEmpty)
    taken = batch.take()
    #expect(taken.isEmpty)
    isAsked.append(batch.add(.drop))
    #expect(isAsked.last == true)
  }
}
