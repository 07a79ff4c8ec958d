namespace ReelBallers.ServiceDefaults;

/// <summary>Parameters that an endpoint reads from the request itself.</summary>
/// <param name="AreHeaders">Whether they are headers; otherwise they are in the query.</param>
/// <param name="Names">Their names.</param>
internal sealed record ReadParameters(bool AreHeaders, IReadOnlyList<string> Names);
