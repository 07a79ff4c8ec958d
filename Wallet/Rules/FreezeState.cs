namespace ReelBallers.Wallet;

/// <summary>A freeze of a wallet. Once lifted it stays lifted, even if the lift arrived before the freeze.</summary>
/// <param name="UserId">Whose wallet.</param>
/// <param name="Reference">The cause, for example the id of a dispute.</param>
/// <param name="Lifted">Whether it is no longer active.</param>
internal sealed record FreezeState(Guid UserId, string Reference, bool Lifted);
