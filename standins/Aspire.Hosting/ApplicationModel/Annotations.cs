namespace Aspire.Hosting.ApplicationModel;

/// <summary>The resource starts once the other one runs and is healthy.</summary>
internal sealed record WaitAnnotation(IResource Resource) : IResourceAnnotation;

/// <summary>The resource calls the other one, and therefore stops before it.</summary>
internal sealed record ReferenceAnnotation(IResource Resource) : IResourceAnnotation;

/// <summary>The resource is healthy when the check of this key says so.</summary>
internal sealed record HealthCheckAnnotation(string Key) : IResourceAnnotation;

/// <summary>Adds to the environment of the resource when it starts.</summary>
internal sealed record EnvironmentCallbackAnnotation(Action<Dictionary<string, object>> Callback) : IResourceAnnotation;
