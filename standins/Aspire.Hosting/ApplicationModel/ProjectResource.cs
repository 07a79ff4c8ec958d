namespace Aspire.Hosting.ApplicationModel;

/// <summary>A .NET project of this repository that runs as a process.</summary>
/// <param name="name">Unique in the application.</param>
public class ProjectResource(string name)
    : Resource(name), IResourceWithEnvironment, IResourceWithServiceDiscovery, IResourceWithWaitSupport;

internal sealed record ProjectAnnotation(string ProjectPath, string TargetPath) : IResourceAnnotation;
