import Harness
@testable import Judging
import Operations
import Testing

@testable import Report

struct CampaignTableTests {
  private static var second: CompareResult {
    var result = SampleResult.compare
    result.run.identity.seed = 0xDEAD_BEEF
    result.control = nil
    result.run.queues[1].measures.removeAll { $0.key == .whole(.lost) }
    result.run.queues[1].measures.append(Measure(.lost, queue: QueueID(1), .count(0)))
    result.run.queues[1].findings[0].judgement = .unknown("not drained")
    result.run.queues[2].measures = []
    return result
  }

  @Test func seedsSideBySide() {
    let text = CampaignTable([SampleResult.compare, Self.second]).text
    #expect(
      text == """
        | seed | plain lost | plain confirmed | plain unflagged | plain longest gap | mirrored \
        lost | mirrored confirmed | mirrored unflagged | mirrored longest gap | quorum lost \
        | quorum confirmed | quorum unflagged | quorum longest gap | verdict | control |
        | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: \
        | --- | --- |
        | 1 | 0 | 1,523 | 0 | 35.8 s | **97** | 2,030 | 85 | 5.31 s | 0 | 2,011 | 0 | 10.6 s \
        | invalid | valid |
        | 0xdeadbeef | 0 | 1,523 | 0 | 35.8 s | 0 | 2,030 | 85 | 5.31 s | – | – | – | – | unknown \
        | – |

        - **plain** lost confirmed messages in 0 of 2 runs: 0 of 3,046. No claim.
        - **mirrored** lost confirmed messages in 1 of 2 runs: 97 of 4,060, 0 to 97 a run. Verdict \
        unknown in 1 and invalid in 1.
        - **quorum** lost confirmed messages in 0 of 2 runs: 0 of 2,011; not measured in 1. \
        Verdict valid in 2.
        - Control runs valid: 1 of 1. Runs in which every planned fault was proved: 2 of 2.

        """)
  }

  @Test func nothingToShow() {
    #expect(CampaignTable([]).text == "No runs.\n")
  }
}
