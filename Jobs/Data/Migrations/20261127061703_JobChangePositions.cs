using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ReelBallers.Jobs.Data.Migrations
{
    /// <inheritdoc />
    public partial class JobChangePositions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "changed_in",
                table: "jobs",
                type: "bigint",
                nullable: true,
                defaultValueSql: "pg_current_xact_id()::text::bigint");
            migrationBuilder.Sql(Stamp);
            migrationBuilder.Sql(NotifyUser);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(NotifyJobOnly);
            migrationBuilder.Sql("drop trigger tr_jobs_stamp on jobs; drop function job_stamp();");
            migrationBuilder.DropColumn(
                name: "changed_in",
                table: "jobs");
        }
    }
}
