namespace ReelBallers.ServiceDefaults;

/// <summary>A body that an endpoint reads from the request itself.</summary>
internal sealed record ReadBody;
