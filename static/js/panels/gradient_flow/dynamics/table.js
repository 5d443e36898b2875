// The path and the points as a table, for CSV.

/**
 * @param {{lane: Lane, iteration: number, path: Numbers | null, studies: DynamicsFindings[],
 *   project: (states: Numbers) => Numbers}} scene
 */
export function dynamicsTable({ lane, iteration, path, studies, project }) {
  const columns = [
    "lane",
    "what",
    "iteration",
    "t",
    "x",
    "y",
    "log10 residual",
    "unstable directions",
    "largest |λ|",
  ];
  const steps = path === null ? [] : Array.from({ length: path.length / 2 }, (_, t) => t);
  const rows = steps.map((t) => {
    return [lane.label, "path", iteration, t, path[2 * t], path[2 * t + 1], NaN, NaN, NaN];
  });
  for (const study of studies) {
    for (const point of study.points) {
      const [x, y] = project(point.state);
      const largest = Math.hypot(point.eigenvalues[0], point.eigenvalues[1]);
      const numbers = [x, y, point.residual, point.unstable, largest];
      rows.push([lane.label, point.sort, study.iteration, NaN, ...numbers]);
    }
  }
  return { columns, rows };
}
