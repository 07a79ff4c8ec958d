using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Projects of this repository as resources.</summary>
public static class ProjectResourceBuilderExtensions
{
    /// <summary>Adds a project, which the build has made a class of.</summary>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name)
        where TProject : IProjectMetadata, new()
    {
        var project = new TProject();
        var target = (project as IBuiltProject)?.TargetPath
            ?? throw new DistributedApplicationException($"The build says nothing of where {project.ProjectPath} was built to.");
        return builder.AddResource(new ProjectResource(name)).WithAnnotation(new ProjectAnnotation(project.ProjectPath, target));
    }
}
