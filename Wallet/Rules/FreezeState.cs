namespace ReelBallers.Wallet;

/// <summary>A reason to let a wallet receive and not spend. Once lifted it stays lifted, even if it was lifted before it came.</summary>
/// <param name="UserId">Whose wallet.</param>
/// <param name="Reference">What it is about, a dispute's id for instance.</param>
/// <param name="Lifted">Whether it is over.</param>
internal sealed record FreezeState(Guid UserId, string Reference, bool Lifted);
