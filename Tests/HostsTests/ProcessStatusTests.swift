import Testing

@testable import Hosts

@Suite struct ProcessStatusTests {
  private let rest = " 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 4711 8 9"

  @Test func nameMayContainAnything() throws {
    let status = try #require(ProcessStatus(line: "12 (a) b (c) S 7 12" + rest))
    #expect(status.name == "a) b (c")
    #expect(status.state == "S")
    #expect(status.parent == 7)
    #expect(status.startTicks == 4711)
    #expect(!status.isOver)
  }

  @Test func zombieIsOver() throws {
    #expect(try #require(ProcessStatus(line: "12 (x) Z 7 12" + rest)).isOver)
  }

  @Test func zombieWithThreadsIsNotOver() throws {
    let rest = " 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 3 0 4711 8 9"
    let status = try #require(ProcessStatus(line: "12 (x) Z 7 12" + rest))
    #expect(status.threads == 3)
    #expect(!status.isOver)
  }

  @Test(arguments: ["", "12", "12 (x", "12 )x( S 1", "12 (x) S 1 2 3", "12 (x) S one 2"])
  func anythingElseIsRefused(line: String) {
    #expect(ProcessStatus(line: line) == nil)
  }
}
