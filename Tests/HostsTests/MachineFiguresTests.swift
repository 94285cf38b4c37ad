import Testing

@testable import Hosts

@Suite struct MachineFiguresTests {
  @Test func reading() throws {
    let stat = "cpu  100 1 20 800 5 0 4 70 9 9\ncpu0 1 2 3 4 5 6 7 8 9 10\n"
    let figures = try #require(MachineFigures(stat: stat, load: "2.05 1.00 0.50 1/99 1234\n"))
    #expect(figures.totalTicks == 1000)
    #expect(figures.idleTicks == 805)
    #expect(figures.stolenTicks == 70)
    #expect(figures.loadHundredths == 205)
    #expect(figures.stolenPerMille(since: figures) == 0)
    var later = figures
    later.totalTicks += 200
    later.stolenTicks += 5
    #expect(later.stolenPerMille(since: figures) == 25)
  }

  @Test(arguments: [("", "0.10 0 0"), ("cpu 1 2", "0.10 0 0"), ("cpu 1 2 3 4 5 6 7 8", "x")])
  func anythingElseIsRefused(stat: String, load: String) {
    #expect(MachineFigures(stat: stat, load: load) == nil)
  }

  @Test func thisMachine() throws {
    let first = try #require(LocalHost().figures())
    let second = try #require(LocalHost().figures())
    #expect(second.totalTicks >= first.totalTicks)
    #expect(first.totalTicks > first.idleTicks)
  }
}
