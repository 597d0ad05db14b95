# SPDX-License-Identifier: BSD-3-Clause
# What training does: eigenvalues of the kernel and test errors by step, drift by problem.
# gnuplot -e "folder='DIR'; kind='png'" figure.gp
if (kind eq "svg") {
  set terminal svg size 1300,760 font "sans,13" enhanced background "white"
} else {
  set terminal pngcairo size 1300,760 font "sans,11" enhanced
}
set output folder."/ecrn.".kind
array Network[3] = ["fully_connected", "plain_residual", "ecrn"]
array Name[3] = ["fully connected", "plain residual", "ECRN"]
array Rank[5] = ["1", "4", "16", "64", "120"]
array Problem[5] = ["waves", "diabetes", "breast_cancer", "wine", "digits"]
array Shade[5] = ["#440154", "#31688e", "#35b779", "#e69f00", "#999999"]
array Colour[3] = ["#0072b2", "#d55e00", "#009e73"]
path(problem, network) = folder."/".problem."_".Network[network].".txt"

# A row of a path: step, then means and standard errors; lg of the eigenvalues.
set multiplot layout 2,3
set grid
set logscale xy
set xlabel "step + 1"
set xrange [0.9:450]
set yrange [1e-13:1e5]
set format y "10^{%T}"
set ytics 1e3
set key bottom left horizontal samplen 1 spacing 1.1 width -0.3 title "rank"
do for [n=1:3] {
  set title "Eigenvalues of {/Symbol Q}, waves: ".Name[n]
  if (n == 1) { set ylabel "eigenvalue" } else { unset ylabel }
  if (n == 3) { set key } else { unset key }
  plot for [k=1:5] path("waves", n) using ($1+1):(10**column(4+2*k)):(10**(column(4+2*k)-column(5+2*k))):(10**(column(4+2*k)+column(5+2*k))) \
       with yerrorlines lw 2 pt 7 ps 0.5 lc rgb Shade[k] title Rank[k]
}

set key top right vertical samplen 2 width 0 title ""
set format y "%g"
set ytics auto
set yrange [0.08:30]
set title "Test error, waves"
set ylabel "RMSE, deviations of the target"
plot for [n=1:3] path("waves", n) using ($1+1):2:3 with yerrorlines lw 2 pt 7 ps 0.6 lc rgb Colour[n] title Name[n]
unset key
unset logscale y
set yrange [0:*]
set title "Test error, digits"
set ylabel "wrong, %"
plot for [n=1:3] path("digits", n) using ($1+1):2:3 with yerrorlines lw 2 pt 7 ps 0.6 lc rgb Colour[n] title Name[n]

set title "Drift of {/Symbol Q} in 400 steps"
set ylabel "|{/Symbol Q}_T - {/Symbol Q}_0|_F / |{/Symbol Q}_0|_F"
unset logscale x
unset xlabel
set xrange [0.5:5.5]
set xtics ("waves" 1, "diabetes" 2, "breast c." 3, "wine" 4, "digits" 5)
set bars 0
plot for [n=1:3] for [p=1:5] path(Problem[p], n) using (p+0.18*(n-2)):($1 == 400 ? $4 : NaN):5 \
       with yerrorbars lw 2 pt 7 ps 1 lc rgb Colour[n] notitle
unset multiplot
