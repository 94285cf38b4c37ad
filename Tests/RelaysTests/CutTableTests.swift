import Environment
import Relays
import Testing

@Suite struct CutTableTests {
  private let there = Direction(from: "n1", to: "n2")
  private let start = Instant(nanoseconds: 1_000_000_000)

  @Test func anOpenNetworkStallsNothing() {
    let table = CutTable()
    #expect(!table.stalls(there, at: start))
    #expect(!table.connectsHang(there))
    #expect(table.nextChange(after: start) == nil)
  }

  @Test func aPhysicalCutStallsTheOppositeFlowAfterItsDelay() {
    var table = CutTable()
    table.cut(there, mode: .physical, at: start)
    let change = start + CutTable.oppositeDelay
    #expect(table.stalls(there, at: start))
    #expect(!table.stalls(there.reversed, at: Instant(nanoseconds: change.nanoseconds - 1)))
    #expect(table.stalls(there.reversed, at: change))
    #expect(table.nextChange(after: start) == change)
    #expect(table.nextChange(after: change) == nil)
    #expect(table.connectsHang(there) && table.connectsHang(there.reversed))
  }

  @Test func aStreamCutLeavesTheOppositeFlowAndItsConnectsAlone() {
    var table = CutTable()
    table.cut(there, mode: .stream, at: start)
    #expect(table.stalls(there, at: start))
    #expect(!table.stalls(there.reversed, at: start + .seconds(60)))
    #expect(table.connectsHang(there) && !table.connectsHang(there.reversed))
    #expect(table.nextChange(after: start) == nil)
  }

  @Test func repeatingACutDoesNotMoveItsTime() {
    var table = CutTable()
    table.cut(there, mode: .physical, at: start)
    table.cut(there, mode: .physical, at: start + .seconds(1))
    #expect(table.stalls(there.reversed, at: start + CutTable.oppositeDelay))
  }

  @Test func theLastModeOfADirectionHolds() {
    var table = CutTable()
    table.cut(there, mode: .stream, at: start)
    table.cut(there, mode: .physical, at: start + .seconds(1))
    #expect(!table.stalls(there.reversed, at: start + .seconds(1)))
    #expect(table.stalls(there.reversed, at: start + .seconds(2)))
    table.cut(there, mode: .stream, at: start + .seconds(3))
    #expect(!table.stalls(there.reversed, at: start + .seconds(4)))
  }

  @Test func healingOneDirectionLeavesTheOtherCut() {
    var table = CutTable()
    table.cut(there, mode: .physical, at: start)
    table.cut(there.reversed, mode: .physical, at: start)
    table.heal(there)
    #expect(table.stalls(there.reversed, at: start))
    #expect(!table.stalls(there, at: start))
    #expect(table.stalls(there, at: start + .seconds(1)))
    table.heal(there.reversed)
    #expect(!table.stalls(there, at: start + .seconds(1)))
  }

  @Test func aSilentNodeStallsEverythingThatTouchesIt() {
    var table = CutTable()
    table.silence("n2")
    table.silence("n2")
    let apart = Direction(from: "n1", to: "n3")
    #expect(table.stalls(there, at: start) && table.stalls(there.reversed, at: start))
    #expect(table.connectsHang(there) && !table.connectsHang(apart))
    #expect(!table.stalls(apart, at: start))
    table.revive("n2")
    #expect(!table.stalls(there, at: start))
  }
}
