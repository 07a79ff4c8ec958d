namespace ReelBallers.LocalCloud.TradingView;

/// <summary>A user's access to an invite-only script.</summary>
/// <param name="Id">As a number in the list.</param>
/// <param name="PineId">The script.</param>
/// <param name="UserName">In the user's own spelling.</param>
/// <param name="Expiration">When it ends; null: never.</param>
/// <param name="Created">When it was given.</param>
internal sealed record ScriptAccess(long Id, string PineId, string UserName, DateTimeOffset? Expiration, DateTimeOffset Created);
