/// The digests of the plans that a version of the generators makes: FNV-1a with 64 bits over the
/// canonical text.
///
/// A row is never changed. Whoever changes the bytes of plans raises `SeededGenerator.version` and
/// adds a row; the digests can be read off the failing test.
struct PlanDigests {
  /// The version of the generators.
  let version: Int
  /// The losing schedule with seeds 1 to 10, by workload.
  let losing: [String: [UInt64]]
  /// Seed 1 of every scenario of the library, with the scenario's own workload.
  let scenarios: [String: UInt64]
  /// Seed 1 of `StoredPlan.scenario`, which has every kind of step.
  let everyStep: UInt64

  /// All rows, the oldest first.
  static let table = [one]

  private static let one = PlanDigests(
    version: 1, losing: losingOfOne, scenarios: scenariosOfOne,
    everyStep: 0xfff65d779717040a)

  private static let losingOfOne: [String: [UInt64]] = [
    "queue": [
      0x4ee6e33bf902a990, 0x2148595be8008191, 0x0d3723004261fcec, 0x601fa88343e93f25,
      0x34252f717cb9bb15, 0xb55bb8164ee74005, 0x0375c4054f340d0f, 0x6e5319cf56ffb324,
      0xb3d1040de386fbaa, 0x2f34d33754a6cd34,
    ],
    "requeue": [
      0x5c268de73570819b, 0x19274cfacd4e4c2c, 0xef2f116e14a3decb, 0x4e93588cb50109e4,
      0xe8db0048d427dd0e, 0x31bd37c1eee4c524, 0x64cb987c03e7a610, 0x7cc44dff7b9b81a1,
      0x9e7ee85d57e8f1f5, 0xb85d35a8ff7aa1af,
    ],
    "dead-letter": [
      0x4e94acf54bb88bc2, 0x35bc309c659d0a43, 0x74465b5518a6879e, 0x1285dc3aa9493643,
      0xfada511fc18c75e3, 0xb8b101e9ece6b57f, 0x3ef655b19b1e3995, 0x9c73f9699d50e7ca,
      0x2beb4a146fa97298, 0x299964feab47ab02,
    ],
    "single-active-consumer": [
      0x38c3358695f37244, 0x70164782a576ce1b, 0x17713995f93304f8, 0x963d77b3eac36e1f,
      0x98f07802d1611121, 0x8bed6d27674020af, 0xd7725c73d48601ab, 0x3c3ad7de4a723176,
      0xfc6028e0f2f364ee, 0xf3ea862556e205e8,
    ],
    "lock": [
      0x98e4dff90ac1a6e3, 0x985c5bd9e8f6ccf4, 0x3e1dd72652a0b4f3, 0xe66064df8f3021cc,
      0x833827b6f77fb516, 0xc476f2e39bbb2a04, 0xfa3051dc51c783d8, 0x4ecdf0071cf28279,
      0x37b207ac2e8ce8dd, 0x00f61fe22612b037,
    ],
  ]

  private static let scenariosOfOne: [String: UInt64] = [
    "none": 0xa2f9efa3342935df,
    "losing": 0x4ee6e33bf902a990,
    "late-mirror": 0x174b0ac597427b58,
    "autoheal": 0xaa347b7447e20e00,
    "pause-minority": 0x99169b8604b3d744,
    "pause-leader": 0xffeb318c80246c65,
    "kill-leader": 0xa6cac06a4a167083,
    "kill-all": 0x584511fce5beebfe,
    "restart-leader": 0xa3a03407ef351f26,
    "kill-host": 0xe2f1b99caed1ab9d,
    "one-way": 0x83666e5a5cc8516d,
    "slow-links": 0x319552bb9157c3bd,
    "halves-5": 0x437092d5bd098e22,
    "bridge-5": 0xfe57979fa2f4dca4,
    "ring-5": 0x7db3d080fed8e19b,
    "reset-clients": 0x27cb74a657abe66b,
    "cut-clients": 0x6b5f49ae8f82cdb0,
    "transfer-leader": 0x0f35b644ab3f538d,
    "mirrors-under-load": 0x07e5c9a7657ac86e,
  ]
}
